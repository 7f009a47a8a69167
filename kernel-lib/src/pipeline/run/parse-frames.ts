import { fileURLToPath } from "node:url";

/** A place in a file, as V8's stack text has it: 1-based line, 1-based column. */
export interface Frame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAME = /^\s+at (?:(.*?) \()?(?:async )?(file:\/\/\/?[^()]*|\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):(\d+)\)?$/;

/** Frames of V8's stack text that lie in files, innermost first. */
export function parseFrames(stack: string): Frame[] {
  return stack.split("\n").flatMap((line) => parseFrame(line) ?? []);
}

/** One line of it; null for any other text. */
export function parseFrame(text: string): Frame | null {
  const match = FRAME.exec(text);
  if (match === null) return null;
  const [, functionName = "", path = "", line, column] = match;
  return {
    functionName: functionName.replace(/^async /, ""),
    file: path.startsWith("file:") ? fileURLToPath(path.replace(/\?.*$/, "")) : path,
    line: Number(line),
    column: Number(column),
  };
}
