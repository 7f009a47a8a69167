import type { Exchange } from "./exchange.js";

interface Question {
  readonly resolve: (answer: string) => void;
  readonly reject: (reason: Error) => void;
  send(): void;
}

/** Questions to the person, one at a time: the protocol has one for a front end to show. */
export class InputDesk {
  readonly #waiting: Question[] = [];

  /**
   * Asks the front end whose cell this is.
   *
   * @param allowed false: its request said that it answers no questions
   */
  ask(exchange: Exchange, allowed: boolean, prompt: string, password: boolean): Promise<string> {
    if (!allowed) {
      const message = "Cannot ask for input: this front end does not answer questions. Make it a param() instead";
      return Promise.reject(new Error(message));
    }
    return new Promise((resolve, reject) => {
      const send = (): void => exchange.ask({ prompt, password });
      this.#waiting.push({ resolve, reject, send });
      if (this.#waiting.length === 1) send();
    });
  }

  /** The front end answered the question that it was asked last. */
  answered(value: string): void {
    this.#waiting.shift()?.resolve(value);
    this.#waiting[0]?.send();
  }

  /** Nobody waits for answers any more: the cell was interrupted, or is over. */
  drop(reason: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
