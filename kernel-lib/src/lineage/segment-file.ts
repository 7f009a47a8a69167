import { closeSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { BatchEncoder } from "./segment.js";

/** How far a segment has come. */
export interface Reached {
  readonly bytes: number;
  readonly events: number;
  /** Of the last commit; at the start the writer's id. */
  readonly hash: string;
}

/** One segment that this process writes: batches are added to it, and synced by a later call. */
export class SegmentFile {
  readonly writer: string;
  readonly #fd: number;
  readonly #encoder = new BatchEncoder();
  #written: Reached;
  #synced: Reached;
  /** Lines behind what is synced. */
  #unsynced: string[] = [];
  /** How many lines were synced so far. */
  #syncedLines = 0;
  #syncing = 0;
  #isClosing = false;

  /** @throws Error if there is one, or none can be made */
  constructor(path: string, writer: string) {
    this.writer = writer;
    this.#fd = openSync(path, "wx");
    this.#written = { bytes: 0, events: 0, hash: writer };
    this.#synced = this.#written;
    syncFolder(dirname(path));
  }

  get written(): Reached {
    return this.#written;
  }

  /** False while something that was written is not known to be on the disk. */
  get isSynced(): boolean {
    return this.#unsynced.length === 0;
  }

  /** False if somebody removed the file. */
  get isThere(): boolean {
    return fstatSync(this.#fd).nlink > 0;
  }

  /** Adds lines as one batch. The write itself goes to memory and is quick; the sync is what takes time. */
  write(lines: readonly string[]): void {
    const { bytes, hash, events } = this.#encoder.encode(lines, this.#written.hash);
    writeFully(this.#fd, bytes, this.#written.bytes);
    this.#written = {
      bytes: this.#written.bytes + bytes.length,
      events: this.#written.events + events,
      hash,
    };
    // One by one: lists may be longer than a call can have arguments.
    for (const line of lines) this.#unsynced.push(line);
  }

  async sync(): Promise<void> {
    const [reached, lines] = [this.#written, this.#syncedLines + this.#unsynced.length];
    this.#syncing += 1;
    try {
      await new Promise<void>((resolve, reject) =>
        fdatasync(this.#fd, (error) => (error === null ? resolve() : reject(error))),
      );
    } finally {
      this.#syncing -= 1;
      if (this.#isClosing && this.#syncing === 0) closeSync(this.#fd);
    }
    this.#noteSynced(reached, lines);
  }

  syncNow(): void {
    fdatasyncSync(this.#fd);
    this.#noteSynced(this.#written, this.#syncedLines + this.#unsynced.length);
  }

  #noteSynced(reached: Reached, lines: number): void {
    if (lines <= this.#syncedLines) return;
    this.#unsynced.splice(0, lines - this.#syncedLines);
    this.#syncedLines = lines;
    this.#synced = reached;
  }

  /**
   * After a failed sync nobody knows which bytes reached the disk, and asking again would lie. Takes back what was not synced,
   * so that it can be written elsewhere and never stands in the log twice.
   *
   * @returns its lines
   * @throws Error if the disk does not even take that
   */
  takeBack(): readonly string[] {
    ftruncateSync(this.#fd, this.#synced.bytes);
    fsyncSync(this.#fd);
    this.#written = this.#synced;
    return this.#unsynced.splice(0);
  }

  /** A sync that is under way still holds the number of the file: it is let go of afterwards. */
  close(): void {
    this.#isClosing = true;
    if (this.#syncing === 0) closeSync(this.#fd);
  }
}

/** Writes at a fixed place, so that a half-finished write is overwritten by the next try. */
function writeFully(fd: number, bytes: Buffer, position: number): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  } catch (error) {
    try {
      ftruncateSync(fd, position);
    } catch {
      // The tail stays torn; readers pass over it.
    }
    throw error;
  }
}

/** A new file is safe only once its folder's entry is. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
