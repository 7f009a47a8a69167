import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { Hlc } from "./clock.js";

/** How far a segment had come when it was last noted: a file shorter than this was cut. */
export interface Head {
  readonly bytes: number;
  readonly events: number;
  readonly hash: string;
  readonly hlc: Hlc;
  /** The writer let go of it: nothing comes after this. */
  readonly closed?: true;
}

export type Heads = Readonly<Record<string, Head>>;

/** An empty record where there is no file, or one that cannot be read (it is only ever a second witness). */
export function readHeads(path: string): Heads {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    // Written by `writeHead` alone; a wrong shape shows up in verifyLog as a mismatch.
    return typeof value === "object" && value !== null ? (value as Heads) : {};
  } catch {
    return {};
  }
}

/** The heads of a file that must be there and be right. */
export function parseHeads(path: string): Heads {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`heads.json cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const isHeads =
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isHead);
  if (!isHeads) throw new Error("heads.json does not hold heads: somebody changed it");
  // Looked at just now.
  return value as Heads;
}

function isHead(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "bytes" in value &&
    Number.isInteger(value.bytes) &&
    "events" in value &&
    Number.isInteger(value.events) &&
    "hash" in value &&
    typeof value.hash === "string"
  );
}

/** A lock older than this was left by a process that died: nobody holds it for more than some milliseconds. */
const STALE_LOCK_MS = 2_000;

/**
 * Notes one segment's head, keeping everyone else's. Returns false if another process is writing just now: try again
 * a little later.
 */
export function writeHead(path: string, writer: string, head: Head): boolean {
  const lock = `${path}.lock`;
  // A process that was killed with the lock in its hand, before there were any heads, must not keep the next one from having them.
  if (!takeLock(lock)) return !existsSync(path) && createHeads(path, writer, head);
  try {
    renameSync(writeTemporary(path, writer, { ...readHeads(path), [writer]: head }), path);
    return true;
  } finally {
    unlinkSync(lock);
  }
}

/**
 * Changes the heads as a whole, waiting for whoever writes them just now.
 *
 * @throws Error if somebody holds them all the time
 */
export function changeHeads(path: string, change: (heads: Record<string, Head>) => void): void {
  const lock = `${path}.lock`;
  for (let tries = 0; !takeLock(lock); tries += 1) {
    if (tries === CHANGE_TRIES)
      throw new Error(
        `Cannot note where the segments end now: another process holds ${path}. Run the same command again`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  try {
    const heads = { ...readHeads(path) };
    change(heads);
    renameSync(writeTemporary(path, String(process.pid), heads), path);
  } finally {
    unlinkSync(lock);
  }
}

const CHANGE_TRIES = 500;

/** The first heads of a project, if nobody else is faster: a link, unlike a renaming, never takes another's place. */
function createHeads(path: string, writer: string, head: Head): boolean {
  const temporary = writeTemporary(path, writer, { [writer]: head });
  try {
    linkSync(temporary, path);
    return true;
  } catch {
    return false;
  } finally {
    unlinkSync(temporary);
  }
}

function writeTemporary(path: string, writer: string, heads: Heads): string {
  const temporary = `${path}.${writer}.tmp`;
  const fd = openSync(temporary, "w");
  try {
    writeSync(fd, JSON.stringify(heads, null, 1));
    fsyncSync(fd);
    return temporary;
  } catch (error) {
    // A full disk: what was there stays.
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function takeLock(lock: string): boolean {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      closeSync(openSync(lock, "wx"));
      return true;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age < STALE_LOCK_MS) return false;
      try {
        unlinkSync(lock);
      } catch {
        // Somebody else cleared it first.
      }
    }
  }
  return false;
}
