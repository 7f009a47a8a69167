import { toText } from "./to-text.js";

/** What a line of a stack (`    at f (file:1:2)`) is to look like, or null if it is to be left out. */
export type FrameReader = (line: string) => string | null;

/** Folder of Tagline's own code. */
const ownUrl = new URL("../", import.meta.url);
const ownPlaces = [ownUrl.href, decodeURIComponent(ownUrl.pathname)];

/** Without a kernel that knows cells: frames of Node's and Tagline's own code go. */
export const foreignFrames: FrameReader = (line) =>
  /\bnode:|evalmachine\.<anonymous>/.test(line) || ownPlaces.some((place) => line.includes(place)) ? null : line;

let readFrame: FrameReader = foreignFrames;

/** The kernel tells of a cell's own lines. Once per process. */
export function setFrameReader(next: FrameReader): void {
  readFrame = next;
}

/** Node leaves out frames that an error shares with its cause; they are mostly ours. */
const SHARED = /^\s+\.\.\. \d+ lines matching cause stack trace \.\.\.$/;

/** An error as Node shows it (message, stack, cause, errors, own fields), its stacks without what is not the person's. */
export function errorText(error: Error): string {
  return tidyStacks(toText(error));
}

/** A text in which stacks stand, these without what is not the person's. */
export function tidyStacks(text: string): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (SHARED.test(line)) continue;
    const frame = /^(\s+at .*?)( \{)?(\]?,?)$/.exec(line);
    if (frame === null) {
      lines.push(line);
      continue;
    }
    const [, at = "", brace = "", end = ""] = frame;
    const read = readFrame(at);
    // What Node wrote behind the last frame belongs to the error.
    if (read !== null) lines.push(`${read}${brace}${end}`);
    else if (brace + end !== "") lines.push(`${lines.pop() ?? ""}${brace}${end}`);
  }
  return lines.join("\n");
}
