import type { Connection } from "./connection.js";
import type { Incoming, Outgoing, StreamText } from "./message.js";

/** What the kernel's thread tells the wire's thread. */
export type ToWire =
  | { readonly kind: "send"; readonly message: Outgoing }
  | { readonly kind: "stream"; readonly stream: StreamText }
  /** Asks for `settled` once everything that has arrived so far was handed over. */
  | { readonly kind: "settle" }
  /** The kernel saw the interrupt: no need to stop its code by force. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "close" };

/** What the wire's thread tells the kernel's thread. */
export type FromWire =
  | { readonly kind: "ready" }
  | { readonly kind: "message"; readonly message: Incoming }
  | { readonly kind: "interrupt" }
  | { readonly kind: "settled" };

export interface WireData {
  readonly connection: Connection;
  /** Content of `kernel_info_reply`, JSON: answered by the wire alone until the first cell comes. */
  readonly kernelInfo: string;
  /** See `BreakPermit`. */
  readonly permit: SharedArrayBuffer;
}
