import { Worker } from "node:worker_threads";
import type { Incoming, Outgoing, StreamText } from "./message.js";
import type { FromWire, ToWire, WireData } from "./thread-messages.js";

/** The kernel's side of the connection to its front ends. */
export interface Wire {
  send(message: Outgoing): void;
  stream(stream: StreamText): void;
  /** Resolves when every message that had arrived by now was handed over. */
  settled(): Promise<void>;
  /** Tells that an interrupt was noticed. */
  interrupted(): void;
  /** Sends what waits and closes the sockets; the process may exit then. */
  close(): Promise<void>;
}

export interface WireEvents {
  message(message: Incoming): void;
  /** Comes at once, whatever else waits. */
  interrupt(): void;
}

/** Opens the sockets in a thread of their own. Rejects if an address is taken; `lost` tells that the thread failed later. */
export async function openWire(data: WireData, events: WireEvents, lost: (error: unknown) => void): Promise<Wire> {
  const worker = new Worker(new URL("./wire-thread.js", import.meta.url), { workerData: data, name: "wire" });
  const tell = (message: ToWire): void => worker.postMessage(message);
  const waiting: (() => void)[] = [];
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    worker.once("error", (error) => {
      reject(error);
      lost(error);
    });
    worker.on("message", (message: FromWire) => {
      if (message.kind === "message") events.message(message.message);
      else if (message.kind === "interrupt") events.interrupt();
      else if (message.kind === "settled") waiting.shift()?.();
      else resolve();
    });
  });
  return {
    send: (message) => tell({ kind: "send", message }),
    stream: (stream) => tell({ kind: "stream", stream }),
    interrupted: () => tell({ kind: "interrupted" }),
    settled: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        tell({ kind: "settle" });
      }),
    close: () => {
      tell({ kind: "close" });
      return exited;
    },
  };
}
