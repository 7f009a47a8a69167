import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { types } from "node:util";
import type { Comm, CommBytes, CommExtras, CommHost, CommTarget } from "../display/comms.js";
import type { CommMessage } from "./requests.js";

/** Publishes to the front ends, below the cell or the message whose code runs now. */
export type Publish = (type: string, content: object, metadata?: object, buffers?: readonly Uint8Array[]) => void;

interface OpenComm extends Comm {
  received(data: unknown, extras: CommExtras): void;
  closedByFrontEnd(data: unknown, extras: CommExtras): void;
}

/** All open comms, whoever opened them. */
export class CommDesk implements CommHost {
  readonly #publish: Publish;
  readonly #comms = new Map<string, OpenComm>();
  readonly #targets = new Map<string, CommTarget>();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  register(target: string, handler: CommTarget): void {
    this.#targets.set(target, asOwn(handler));
  }

  open(
    target: string,
    data: unknown,
    metadata: Readonly<Record<string, unknown>>,
    buffers: readonly CommBytes[],
  ): Comm {
    const bytes = buffers.map(toBytes);
    const comm = this.#add(randomUUID(), target);
    this.#publish("comm_open", { comm_id: comm.id, target_name: target, data }, metadata, bytes);
    return comm;
  }

  /** The front end opens one; without a target of that name it is closed again, as the protocol asks. */
  opened({ comm_id: id, target_name: target = "", data = {} }: CommMessage, extras: CommExtras, refuse: Publish): void {
    const handler = this.#targets.get(target);
    if (handler === undefined) {
      refuse("comm_close", { comm_id: id, data: {} });
      return;
    }
    handler(this.#add(id, target), data, extras);
  }

  received({ comm_id: id, data }: CommMessage, extras: CommExtras): void {
    this.#comms.get(id)?.received(data, extras);
  }

  closed({ comm_id: id, data }: CommMessage, extras: CommExtras): void {
    this.#comms.get(id)?.closedByFrontEnd(data, extras);
  }

  /** Content of `comm_info_reply`. */
  info(target: string | undefined): Record<string, { target_name: string }> {
    return Object.fromEntries(
      [...this.#comms.values()].flatMap((comm) =>
        target === undefined || comm.target === target ? [[comm.id, { target_name: comm.target }]] : [],
      ),
    );
  }

  #add(id: string, target: string): OpenComm {
    let onMessage: (data: unknown, extras: CommExtras) => void = () => {};
    let onClose: (data: unknown, extras: CommExtras) => void = () => {};
    const comm: OpenComm = {
      id,
      target,
      send: (data, metadata = {}, buffers = []) => {
        if (!this.#comms.has(id)) throw new Error(`Cannot send to the comm ${target}: it is closed`);
        this.#publish("comm_msg", { comm_id: id, data }, metadata, buffers.map(toBytes));
      },
      close: (data = {}, metadata = {}, buffers = []) => {
        const bytes = buffers.map(toBytes);
        if (this.#comms.delete(id)) this.#publish("comm_close", { comm_id: id, data }, metadata, bytes);
      },
      onMessage: (listener) => {
        onMessage = asOwn(listener);
      },
      onClose: (listener) => {
        onClose = asOwn(listener);
      },
      received: (data, extras) => onMessage(data, extras),
      closedByFrontEnd: (data, extras) => {
        if (this.#comms.delete(id)) onClose(data, extras);
      },
    };
    this.#comms.set(id, comm);
    return comm;
  }
}

function toBytes(given: CommBytes): Uint8Array {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (types.isAnyArrayBuffer(given)) return new Uint8Array(given);
  throw new TypeError("Cannot send a buffer of a comm: it is neither an ArrayBuffer nor a typed array");
}

/** What a listener does and prints belongs to the cell that gave it, whenever it is called. */
function asOwn<A extends unknown[]>(listener: (...args: A) => void): (...args: A) => void {
  const resource = new AsyncResource("comm");
  return (...args) => {
    // An error in a listener is told below its cell, like one in a timer; the comm goes on.
    try {
      resource.runInAsyncScope(listener, null, ...args);
    } catch (error) {
      resource.runInAsyncScope(() => queueMicrotask(() => Promise.reject(error)));
    }
  };
}
