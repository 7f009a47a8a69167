import type { DisplayMessage } from "./display-message.js";

/** A terminal or a file, as far as printing needs it. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Whether the last line of a terminal is a bar's, to be written over. */
const open = new WeakSet<TextStream>();

/** Prints what is shown where no notebook is: values to standard output, bars to standard error. */
export function printMessage(message: DisplayMessage, stderr: TextStream = process.stderr): void {
  if (message.progress !== undefined) {
    printProgress(message.progress, stderr);
    return;
  }
  if (open.delete(stderr)) stderr.write("\n");
  const text = message.data["text/plain"];
  console.log(typeof text === "string" ? text : JSON.stringify(message.data));
}

/** On a terminal one line that changes; in a file a line now and then, without control characters. */
function printProgress({ line, ended, forLog }: NonNullable<DisplayMessage["progress"]>, stream: TextStream): void {
  if (stream.isTTY !== true) {
    if (forLog) stream.write(`${line}\n`);
    return;
  }
  stream.write(`\r${line.slice(0, (stream.columns || 80) - 1)}\u001b[K${ended ? "\n" : ""}`);
  if (ended) open.delete(stream);
  else open.add(stream);
}
