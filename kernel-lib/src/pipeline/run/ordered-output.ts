/**
 * Puts what comes by two ways in one order: lines of a stream, and messages whose place among them the stream tells by marks.
 * A line waits only while the message of a mark before it has not come.
 */
export class OrderedOutput<Message> {
  readonly #queue: ({ readonly line: () => void } | { readonly mark: number })[] = [];
  readonly #messages = new Map<number, Message>();
  readonly #deliver: (message: Message) => void;

  constructor(deliver: (message: Message) => void) {
    this.#deliver = deliver;
  }

  /** @param line tells of a line, now or later */
  line(line: () => void): void {
    this.#queue.push({ line });
    this.#drain();
  }

  /** The stream has come to the place of message `mark`. */
  mark(mark: number): void {
    this.#queue.push({ mark });
    this.#drain();
  }

  message(mark: number, message: Message): void {
    this.#messages.set(mark, message);
    this.#drain();
  }

  /** Nothing more will come: what still waits is told. */
  end(): void {
    for (const item of this.#queue.splice(0)) {
      if ("line" in item) item.line();
      else this.#take(item.mark);
    }
    for (const mark of [...this.#messages.keys()].sort((a, b) => a - b)) this.#take(mark);
  }

  #drain(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if ("line" in first) first.line();
      else if (!this.#take(first.mark)) return;
      this.#queue.shift();
    }
  }

  #take(mark: number): boolean {
    const message = this.#messages.get(mark);
    if (message === undefined) return false;
    this.#messages.delete(mark);
    this.#deliver(message);
    return true;
  }
}
