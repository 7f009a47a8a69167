import { sep } from "node:path";
import type { FileUse } from "../lineage/cell-trace.js";
import { type HashedFile, hashFile } from "./hash-file.js";

/** The files of one cell: each once for reading, once for writing. */
export class FileRecord {
  readonly #reads = new Map<string, Entry>();
  readonly #writes = new Map<string, Entry>();

  /** The whole bytes of a file were delivered. The first delivery counts. */
  read(path: string, content: HashedFile): void {
    const known = this.#reads.get(path);
    if (known?.content === undefined) this.#reads.set(path, { content, mtimeMs: null });
  }

  /** Some of a file was delivered, or it is not known how much; `mtimeMs` is its time of change then. */
  touched(path: string, mtimeMs: number | null): void {
    if (!this.#reads.has(path)) this.#reads.set(path, { content: undefined, mtimeMs });
  }

  /** A file was written; without `content` its bytes are looked up when the cell ends. */
  wrote(path: string, content?: HashedFile): void {
    this.#writes.set(path, { content, mtimeMs: null });
  }

  hasRead(path: string): boolean {
    return this.#reads.get(path)?.content !== undefined;
  }

  /** What was used, in order of first use, reads first. Files whose bytes are not known yet are hashed now. */
  async settle(): Promise<readonly FileUse[]> {
    const uses: FileUse[] = [];
    for (const [mode, entries] of [
      ["read", this.#reads],
      ["write", this.#writes],
    ] as const) {
      for (const [path, entry] of entries) {
        const content = entry.content ?? (await hashFile(path, entry.mtimeMs));
        uses.push({
          path: sep === "/" ? path : path.replaceAll(sep, "/"),
          mode,
          sha256: content?.sha256 ?? null,
          bytes: content?.bytes ?? null,
        });
      }
    }
    return uses;
  }
}

interface Entry {
  readonly content: HashedFile | undefined;
  readonly mtimeMs: number | null;
}
