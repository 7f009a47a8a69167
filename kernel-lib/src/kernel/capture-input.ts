import { syncBuiltinESMExports } from "node:module";
import readline, { type Interface, type ReadLineOptions } from "node:readline";
import readlinePromises from "node:readline/promises";
import { PassThrough, Readable } from "node:stream";
import { promisify } from "node:util";
import { currentRecorder } from "../track/cell-context.js";

export interface InputWays {
  /** Asks the person below the cell that runs. Rejects where nobody answers. */
  readonly ask: (prompt: string) => Promise<string>;
  /** Ends the cell that runs, which waits for what will not come. */
  readonly fail: (error: unknown) => void;
}

/**
 * Makes `process.stdin` and `readline` ask the front end, as this process has no terminal: a line for each question, and one after the
 * other while somebody listens for lines. The cell stays open meanwhile, and fails where nobody answers. Once per process.
 */
export function captureInput(ways: InputWays): void {
  const stdin = new CellStdin(ways);
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true, enumerable: true });
  for (const module of [readline, readlinePromises]) {
    const { createInterface } = module;
    const isPromised = module === readlinePromises;
    // The overloads of Node's function come down to these.
    const make = createInterface as unknown as (...given: unknown[]) => Interface;
    const replacement = (...given: unknown[]): Interface => {
      const [first, ...rest] = given;
      const options = first === stdin ? { input: stdin, output: rest[0] } : first;
      if (!isOptions(options) || options.input !== stdin) return make(...given);
      const input = new PassThrough();
      return answering(make({ ...options, input, terminal: false }), { ...ways, input, isPromised });
    };
    Object.defineProperty(module, "createInterface", { value: replacement, configurable: true, writable: true });
  }
  syncBuiltinESMExports();
}

function isOptions(given: unknown): given is ReadLineOptions {
  return typeof given === "object" && given !== null && "input" in given;
}

/** Makes an interface ask when a question is put, or while somebody waits for its lines. */
function answering(
  made: Interface,
  { ask, fail, input, isPromised }: InputWays & { readonly input: PassThrough; readonly isPromised: boolean },
): Interface {
  let isClosed = false;
  made.once("close", () => (isClosed = true));
  const put = async (query: string): Promise<string> => {
    if (isClosed) throw new Error("Cannot ask: the readline interface was closed");
    return await ask(query);
  };
  const withCallback = (query: string, ...rest: readonly unknown[]): void => {
    const callback = rest.at(-1);
    const asked = put(query).then((answer) => (typeof callback === "function" ? callback(answer) : undefined));
    hold(asked);
  };
  const question = isPromised ? put : Object.assign(withCallback, { [promisify.custom]: put });
  Object.defineProperty(made, "question", { value: question, configurable: true, writable: true });
  let isAsking = false;
  const askForLines = async (): Promise<void> => {
    try {
      while (!isClosed && made.listenerCount("line") > 0) {
        // The prompt that nobody chose says nothing.
        input.write(`${await ask(made.getPrompt() === "> " ? "" : made.getPrompt())}\n`);
        // Whoever listens may close it now.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      made.close();
      fail(error);
    } finally {
      isAsking = false;
    }
  };
  made.on("newListener", (event) => {
    if (event !== "line" || isAsking) return;
    isAsking = true;
    // Not before the listener is there.
    hold(Promise.resolve().then(askForLines));
  });
  return made;
}

/** The running cell ends no sooner than this, and fails if this does. */
function hold(work: Promise<unknown>): void {
  const recorder = currentRecorder();
  if (recorder === undefined) work.catch(() => {});
  else recorder.wait(work);
}

/** Standard input of a process without a terminal: a line is asked for when somebody listens. */
class CellStdin extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  readonly #ways: InputWays;
  #isAsking = false;

  constructor(ways: InputWays) {
    super({ highWaterMark: 1 });
    this.#ways = ways;
  }

  override on(event: string | symbol, listener: (...given: never[]) => void): this {
    // Node's overloads know each event's own listener.
    super.on(event as "data", listener as (chunk: unknown) => void);
    if ((event === "data" || event === "readable") && !this.#isAsking) {
      this.#isAsking = true;
      hold(this.#askForLines());
    }
    return this;
  }

  override addListener(event: string | symbol, listener: (...given: never[]) => void): this {
    return this.on(event, listener);
  }

  override _read(): void {
    // Lines come while somebody listens.
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  async #askForLines(): Promise<void> {
    try {
      for (;;) {
        // Whoever got the last line may have stopped listening.
        await new Promise((resolve) => setImmediate(resolve));
        if (!this.#isWanted()) return;
        this.push(`${await this.#ways.ask("")}\n`);
      }
    } catch (error) {
      // Their cell is over; those of the next one shall not share its lines with them.
      for (const event of ["data", "readable"]) this.removeAllListeners(event);
      this.#ways.fail(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #isWanted(): boolean {
    if (this.destroyed) return false;
    return this.listenerCount("readable") > 0 || (this.listenerCount("data") > 0 && !this.isPaused());
  }
}
