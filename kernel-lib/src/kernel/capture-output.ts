import { setDisplaySink, setInputSource, tidyStacks } from "../display/index.js";
import { currentRecorder } from "../track/cell-context.js";
import { captureInput } from "./capture-input.js";
import { currentOutput } from "./cell-output.js";
import { CELL_FILE } from "./cell-sources.js";

type Write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => boolean;

/**
 * Makes `process.stdout`, `process.stderr`, `console` and `display` write below the cell that uses them, and `input`, `process.stdin` and
 * `readline` ask there. Once per process.
 */
export function captureOutput(): void {
  for (const name of ["stdout", "stderr"] as const) {
    // The overloads of Node's `write` come down to this.
    const original = process[name].write.bind(process[name]) as Write;
    const write: Write = (chunk, encoding, callback) => {
      const output = currentOutput();
      if (output === undefined) return original(chunk, encoding, callback);
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      // An error's stack, or `console.trace`.
      if (text !== "") output.stream(name, text.includes(CELL_FILE) ? tidyStacks(text) : text);
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done);
      return true;
    };
    process[name].write = write;
  }
  setDisplaySink({
    show: (message) => currentOutput()?.display(message),
    clear: ({ wait }) => currentOutput()?.clear?.(wait),
    cell: currentRecorder,
  });
  const ask = async (prompt: string, password: boolean): Promise<string> => {
    const output = currentOutput();
    if (output?.ask === undefined) throw new Error("Cannot ask for input: no front end answers here");
    return await output.ask(prompt, password);
  };
  setInputSource((prompt, { password }) => ask(prompt, password));
  captureInput({ ask: (prompt) => ask(prompt, false), fail: (error) => currentOutput()?.fail?.(error) });
}

/** For messages to whoever runs the server: Node's own, kept before it was captured. */
export const serverLog: (text: string) => void = (
  (write) => (text: string) =>
    void write(`${text}\n`)
)(process.stderr.write.bind(process.stderr));
