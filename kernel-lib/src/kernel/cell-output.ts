import type { DisplayMessage } from "../display/index.js";
import { currentRecorder } from "../track/cell-context.js";

/** Where the output of one cell goes. */
export interface CellOutput {
  stream(name: "stdout" | "stderr", text: string): void;
  display(message: DisplayMessage): void;
  /** Takes away what the cell has shown; with `wait`, not before it shows the next thing. A front end without such a thing leaves it out. */
  clear?(wait: boolean): void;
  /** Asks the person and resolves to the answer. */
  ask?(prompt: string, password: boolean): Promise<string>;
  /** Ends the cell, if it still runs, with this error. */
  fail?(error: unknown): void;
  /** A message of the protocol, such as those of comms. */
  publish?(type: string, content: object, metadata?: object, buffers?: readonly Uint8Array[]): void;
}

const outputs = new WeakMap<object, CellOutput>();

/** From now on, what this cell's code writes goes to `output`, also after the cell ended. */
export function setOutput(recorder: object, output: CellOutput): void {
  outputs.set(recorder, output);
}

/** Output of the cell that started the running code, else of the last one; undefined before the first. */
export function currentOutput(): CellOutput | undefined {
  const recorder = currentRecorder();
  return recorder === undefined ? undefined : outputs.get(recorder);
}
