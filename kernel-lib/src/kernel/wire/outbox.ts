import type { StreamText } from "./message.js";

type Frames = readonly (Buffer | Uint8Array | string)[];

/** What waits to be sent: a message's frames, or text that later text may still be joined to. */
type Waiting = { readonly frames: Frames } | { stream: StreamText };

/** How long text waits for more of it; any other message sends it at once. */
const GATHER_MS = 10;

/** ZeroMQ sends one message at a time on a socket: the others wait here, in order. */
export class Outbox {
  readonly #send: (frames: Frames) => Promise<void>;
  readonly #frame: (stream: StreamText) => Frames;
  readonly #waiting: Waiting[] = [];
  #idle: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (frames: Frames) => Promise<void>, frame: (stream: StreamText) => Frames) {
    this.#send = send;
    this.#frame = frame;
  }

  post(frames: Frames): void {
    this.#waiting.push({ frames });
    this.#start();
  }

  /** A loop that prints makes a few large messages, not thousands of small ones: text waits a little for more. */
  stream(stream: StreamText): void {
    const last = this.#waiting.at(-1);
    if (
      last !== undefined &&
      "stream" in last &&
      last.stream.name === stream.name &&
      last.stream.parent?.msg_id === stream.parent?.msg_id
    ) {
      last.stream = { ...last.stream, text: last.stream.text + stream.text };
    } else {
      this.#waiting.push({ stream });
    }
    if (this.#idle === null) this.#timer ??= setTimeout(() => this.#start(), GATHER_MS);
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    this.#start();
    while (this.#idle !== null) await this.#idle;
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#idle ??= this.#drain().finally(() => {
      this.#idle = null;
      if (this.#waiting.length > 0) this.#start();
    });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      await this.#send("frames" in next ? next.frames : this.#frame(next.stream));
    }
  }
}
