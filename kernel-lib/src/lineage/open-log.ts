import { closeSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ulid } from "ulid";
import { findAuthor } from "./author.js";
import { type Hlc, HybridClock } from "./clock.js";
import type { EventEnvelope, LineageEvent } from "./events.js";
import { readHeads, writeHead } from "./heads.js";
import { clearMark, markLive, sweepMarks, TOUCH_EVERY_MS, touchMark } from "./liveness.js";
import { type ProjectFiles, prepareProject, projectFiles } from "./project.js";
import { SecretMask } from "./secret-mask.js";
import { encodeBatch } from "./segment.js";

export interface OpenLogOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Default: see `findAuthor`. */
  readonly author?: string;
  /** Default: the machine's name. */
  readonly host?: string;
}

/** One writer's hand on the log. */
export interface LineageLog {
  /** ULID; the segment is `.tagline/lineage/<writer>.jsonl`. */
  readonly writer: string;
  readonly root: string;
  /** Queues events in order and gives their ids (`<writer>.<seq>`). Nothing is written before a commit. */
  append(events: LineageEvent | readonly LineageEvent[]): readonly string[];
  /** Everything appended from now on comes after this moment, whatever this machine's time says. */
  observe(hlc: Hlc): void;
  /**
   * Resolves once everything appended so far is written and synced. Calls that come in while a sync is under way
   * share the next one. Rejects with "Cannot write the lineage log: …"; the events stay queued for the next try.
   */
  commit(): Promise<void>;
  /** The same, without giving way to other work: for an exit handler. */
  commitSync(): void;
  /** Commits, notes the head and lets go of the file. Nothing can be appended afterwards. */
  close(): Promise<void>;
  closeSync(): void;
}

/** Opens the project's log for one writer. Cheap: files are made at the first commit that has events. */
export function openLog(root: string, options: OpenLogOptions = {}): LineageLog {
  return new SegmentWriter(root, options);
}

const syncData = promisify(fdatasync);
const HEAD_DELAY_MS = 500;
/** Others hold the heads for some milliseconds. */
const CLOSING_TRIES = 40;
const CLOSING_PAUSE_MS = 5;

class SegmentWriter implements LineageLog {
  readonly writer: string;
  readonly root: string;
  readonly #files: ProjectFiles;
  readonly #clock: HybridClock;
  readonly #author: string;
  readonly #host: string;
  readonly #mask = new SecretMask();
  #sequence = 0;
  /** JSON lines that wait to be written. */
  #queue: string[] = [];
  /** Lines that say which runs these are, to be written again if somebody removes the file under us. */
  readonly #openings: string[] = [];
  #fd: number | null = null;
  /** Of what is written; it is synced once `#syncing` settles. */
  #bytes = 0;
  #events = 0;
  #hash: string;
  #lastHlc: readonly [number, number] = [0, 0];
  #syncing: Promise<void> | null = null;
  #broken: Error | null = null;
  #closed = false;
  #headTimer: NodeJS.Timeout | null = null;
  #touchTimer: NodeJS.Timeout | null = null;

  constructor(root: string, options: OpenLogOptions) {
    const now = options.clock ?? Date.now;
    this.writer = ulid(Math.max(0, Math.floor(now())));
    this.#files = projectFiles(root);
    this.root = this.#files.root;
    this.#clock = new HybridClock(now);
    this.#author = options.author ?? findAuthor(this.root);
    this.#host = options.host ?? hostname();
    this.#hash = this.writer;
    // So that this writer's events come after all that earlier ones noted, whatever the machine's time says.
    for (const head of Object.values(readHeads(this.#files.heads))) {
      if (Array.isArray(head.hlc)) this.#clock.observe(head.hlc);
    }
  }

  append(events: LineageEvent | readonly LineageEvent[]): readonly string[] {
    if (this.#closed) throw new Error(`Cannot append to the lineage log: writer ${this.writer} is closed`);
    const list: readonly LineageEvent[] = isList(events) ? events : [events];
    return list.map((event) => {
      const id = `${this.writer}.${this.#sequence + 1}`;
      const envelope: EventEnvelope = {
        v: 1,
        id,
        hlc: this.#clock.next(),
        author: this.#author,
        host: this.#host,
        event,
      };
      const line = this.#mask.toJson(envelope);
      this.#queue.push(line);
      if (event.kind === "run.started") this.#openings.push(line);
      this.#sequence += 1;
      this.#lastHlc = envelope.hlc;
      return id;
    });
  }

  observe(hlc: Hlc): void {
    this.#clock.observe(hlc);
  }

  async commit(): Promise<void> {
    while (this.#syncing) {
      const running = this.#syncing;
      const covered = this.#queue.length === 0;
      await running;
      if (covered) return;
    }
    if (!this.#writeQueue() || this.#fd === null) return;
    const syncing = syncData(this.#fd).then(
      () => {
        this.#syncing = null;
        this.#noteHeadSoon();
      },
      (error: unknown) => {
        this.#syncing = null;
        throw this.#breakDown(error);
      },
    );
    this.#syncing = syncing;
    await syncing;
  }

  commitSync(): void {
    const wrote = this.#writeQueue();
    if (this.#fd === null || !(wrote || this.#syncing)) return;
    try {
      fdatasyncSync(this.#fd);
    } catch (error) {
      throw this.#breakDown(error);
    }
    this.#noteHeadSoon();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.commit();
    } catch {
      // closeSync tries once more, and tells.
    }
    this.closeSync();
  }

  closeSync(): void {
    if (this.#closed) return;
    try {
      this.commitSync();
    } finally {
      this.#closed = true;
      this.#release();
    }
  }

  #release(): void {
    if (this.#touchTimer) clearInterval(this.#touchTimer);
    if (this.#headTimer) clearTimeout(this.#headTimer);
    if (this.#fd === null) return;
    this.#closeFile(this.#fd);
    // What waits in vain is in no file, so this is the end all the same.
    for (let tries = 0; tries < CLOSING_TRIES && !this.#noteHead(true); tries += 1) pause(CLOSING_PAUSE_MS);
    clearMark(this.#files.lineage, this.writer);
  }

  #closeFile(fd: number): void {
    this.#fd = null;
    // A sync that is under way still holds the number of the file.
    if (this.#syncing) void this.#syncing.catch(() => {}).then(() => closeSync(fd));
    else closeSync(fd);
  }

  /** Writes what waits as one batch. Returns false if nothing did. The write itself goes to memory and is quick; the sync is what takes time. */
  #writeQueue(): boolean {
    if (this.#broken) throw this.#broken;
    if (this.#queue.length === 0) return false;
    let batch: ReturnType<typeof encodeBatch>;
    try {
      const fd = this.#open();
      batch = encodeBatch(this.#queue, this.#hash);
      writeFully(fd, batch.bytes, this.#bytes);
    } catch (error) {
      throw this.#cannotWrite(error);
    }
    this.#bytes += batch.bytes.length;
    this.#events += this.#queue.length;
    this.#hash = batch.hash;
    this.#queue = [];
    return true;
  }

  #open(): number {
    if (this.#fd !== null) {
      if (fstatSync(this.#fd).nlink > 0) return this.#fd;
      this.#startAgain(this.#fd);
    }
    prepareProject(this.root);
    const fd = openSync(join(this.#files.lineage, `${this.writer}.jsonl`), "wx");
    this.#fd = fd;
    syncFolder(this.#files.lineage);
    sweepMarks(this.#files.lineage);
    markLive(this.#files.lineage, this.writer);
    this.#touchTimer = setInterval(() => touchMark(this.#files.lineage, this.writer), TOUCH_EVERY_MS).unref();
    // A segment is known before anything in it is acknowledged: whoever removes it, or the heads, is found out.
    if (!this.#noteHead()) this.#noteHeadSoon();
    return fd;
  }

  /** Somebody removed the file (`rm -r .tagline`): what comes goes into a new one, which must say what it belongs to. */
  #startAgain(fd: number): void {
    this.#closeFile(fd);
    if (this.#touchTimer) clearInterval(this.#touchTimer);
    this.#bytes = 0;
    this.#events = 0;
    this.#hash = this.writer;
    this.#queue.unshift(...this.#openings.filter((line) => !this.#queue.includes(line)));
  }

  #noteHeadSoon(): void {
    this.#headTimer ??= setTimeout(() => {
      this.#headTimer = null;
      if (!this.#closed && !this.#noteHead()) this.#noteHeadSoon();
    }, HEAD_DELAY_MS).unref();
  }

  #noteHead(isClosed = false): boolean {
    // While a sync runs, the file may be shorter on disk than what is written: the head must not run ahead of it.
    if (this.#syncing) return false;
    try {
      return writeHead(this.#files.heads, this.writer, {
        bytes: this.#bytes,
        events: this.#events,
        hash: this.#hash,
        hlc: this.#lastHlc,
        ...(isClosed && !this.#broken && this.#queue.length === 0 ? { closed: true } : {}),
      });
    } catch {
      // Only a second witness: what matters is in the segment.
      return true;
    }
  }

  #cannotWrite(error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = /ENOSPC|EDQUOT/.test(reason)
      ? "Make room on the disk: what waits is written with the next cell"
      : "Make the folder writable, or set TAGLINE_PROJECT to one that is";
    return new Error(`Cannot write the lineage log in ${this.#files.lineage}: ${reason}. ${remedy}`, {
      cause: error,
    });
  }

  /** After a failed sync nobody knows which bytes reached the disk, and asking again would lie: this segment ends here. */
  #breakDown(error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    this.#broken = new Error(
      `Cannot sync the lineage log in ${this.#files.lineage}: ${reason}. Check the disk, then restart the kernel`,
      { cause: error },
    );
    return this.#broken;
  }
}

function isList(events: LineageEvent | readonly LineageEvent[]): events is readonly LineageEvent[] {
  return Array.isArray(events);
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

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A new file is safe only once its folder's entry is. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
