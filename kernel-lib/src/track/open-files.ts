import { createHash, type Hash } from "node:crypto";
import type { ActiveCell } from "./active-cell.js";
import { pristine } from "./pristine-fs.js";

/**
 * A file opened for reading by a cell. Bytes delivered one after the other from the start to the end give
 * the file's hash as they pass; any other way of reading leaves it to the end of the cell.
 */
export class OpenFile {
  readonly #path: string;
  readonly #recorder: ActiveCell;
  readonly #size: number;
  #hash: Hash | null = createHash("sha256");
  #offset = 0;

  constructor(path: string, recorder: ActiveCell, size: number) {
    this.#path = path;
    this.#recorder = recorder;
    this.#size = size;
  }

  /** Bytes were delivered from `position`, or from the file's current position where it is null. */
  delivered(bytes: Uint8Array, position: number | null): void {
    if (this.#hash === null) return;
    if (position !== null && position !== this.#offset) {
      this.#hash = null;
      return;
    }
    this.#hash.update(bytes);
    this.#offset += bytes.byteLength;
    if (this.#offset < this.#size) return;
    this.#recorder.files.read(this.#path, { sha256: this.#hash.digest("hex"), bytes: this.#offset });
    this.#hash = null;
  }
}

const byDescriptor = new Map<number, OpenFile>();

/** Notes that `recorder`'s cell opened a file, by the flags it was opened with. */
export function noteOpen(descriptor: number, path: string, flags: unknown, recorder: ActiveCell): void {
  const stat = pristine.fstatSync(descriptor);
  if (!stat.isFile()) return;
  const { reads, writes } = accessOf(flags);
  if (writes) recorder.files.wrote(path);
  if (!reads) return;
  recorder.files.touched(path, stat.mtimeMs);
  byDescriptor.set(descriptor, new OpenFile(path, recorder, stat.size));
}

export function openFile(descriptor: unknown): OpenFile | undefined {
  return typeof descriptor === "number" ? byDescriptor.get(descriptor) : undefined;
}

/** To be called before the descriptor is closed: its number may be given out again at once. */
export function noteClose(descriptor: unknown): void {
  if (typeof descriptor === "number") byDescriptor.delete(descriptor);
}

function accessOf(flags: unknown): { reads: boolean; writes: boolean } {
  if (typeof flags === "number") {
    const { O_RDWR, O_WRONLY } = pristine.constants;
    const access = flags & (O_RDWR | O_WRONLY);
    return { reads: access !== O_WRONLY, writes: access !== 0 };
  }
  const text = typeof flags === "string" ? flags : "r";
  const writes = /[wa+]/.test(text);
  // `w+` and `a+` may read too, but what they read is what this cell wrote.
  return { reads: text.startsWith("r"), writes };
}
