import type { Header, Incoming } from "./wire/message.js";
import type { Wire } from "./wire/wire.js";

/** One request and all that is said in answer to it. */
export class Exchange {
  readonly request: Incoming;
  readonly #wire: Wire;

  constructor(request: Incoming, wire: Wire) {
    this.request = request;
    this.#wire = wire;
  }

  get header(): Header {
    return this.request.header;
  }

  /** The request's content; the client speaks the protocol. */
  content<T>(): T {
    return JSON.parse(this.request.content) as T;
  }

  metadata<T>(): T {
    return JSON.parse(this.request.metadata) as T;
  }

  reply(content: object, metadata: object = {}): void {
    const { channel, identities, header } = this.request;
    this.#wire.send({
      channel,
      identities,
      type: header.msg_type.replace(/_request$/, "_reply"),
      parent: header,
      metadata: JSON.stringify(metadata),
      content: JSON.stringify(content),
    });
  }

  /** To every front end. `buffers` is copied. */
  publish(type: string, content: object, metadata: object = {}, buffers: readonly Uint8Array[] = []): void {
    this.#wire.send({
      channel: "iopub",
      identities: [Buffer.from(type)],
      type,
      parent: this.header,
      metadata: toJson(metadata),
      content: toJson(content),
      ...(buffers.length === 0 ? {} : { buffers }),
    });
  }

  /** Asks the front end whose request this is; it answers on the same channel. */
  ask(content: { readonly prompt: string; readonly password: boolean }): void {
    const { identities, header } = this.request;
    this.#wire.send({
      channel: "stdin",
      identities,
      type: "input_request",
      parent: header,
      metadata: "{}",
      content: JSON.stringify(content),
    });
  }

  stream(name: "stdout" | "stderr", text: string): void {
    this.#wire.stream({ name, text, parent: this.header });
  }

  status(state: "busy" | "idle"): void {
    this.publish("status", { execution_state: state });
  }
}

/** What a person displays may hold big integers, which JSON has no form for. */
function toJson(content: object): string {
  return JSON.stringify(content, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
}
