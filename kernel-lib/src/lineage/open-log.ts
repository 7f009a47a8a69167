import { hostname } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { findAuthor } from "./author.js";
import { type Hlc, HybridClock } from "./clock.js";
import type { LineageEvent } from "./events.js";
import { readHeads, writeHead } from "./heads.js";
import { clearMark, markLive, sweepMarks, TOUCH_EVERY_MS, touchMark } from "./liveness.js";
import { personLine } from "./people.js";
import { type ProjectFiles, prepareProject, projectFiles } from "./project.js";
import { SecretMask } from "./secret-mask.js";
import { maskText } from "./secrets.js";
import { SegmentFile } from "./segment-file.js";

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
  /**
   * ULID; the segment is `.tagline/lineage/<writer>.jsonl`. Where that one ended early (a sync failed, somebody removed it), the log
   * goes on in others; its events keep this name.
   */
  readonly writer: string;
  readonly root: string;
  /** Queues events in order and gives their ids (`<writer>.<seq>`). Nothing is written before a commit. */
  append(events: LineageEvent | readonly LineageEvent[]): readonly string[];
  /** Everything appended from now on comes after this moment, whatever this machine's time says. */
  observe(hlc: Hlc): void;
  /**
   * Resolves once everything appended so far is written and synced. Calls that come in while a sync is under way
   * share the next one. Rejects with "Cannot write the lineage log: …" or "Cannot sync …"; the events wait for the next try.
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
  return new LogWriter(root, options);
}

const HEAD_DELAY_MS = 500;
/** Others hold the heads for some milliseconds. */
const CLOSING_TRIES = 40;
const CLOSING_PAUSE_MS = 5;

class LogWriter implements LineageLog {
  readonly writer: string;
  readonly root: string;
  readonly #files: ProjectFiles;
  readonly #clock: HybridClock;
  /** What each segment begins with, and what its events are told by. */
  readonly #person: string;
  readonly #by: string;
  readonly #mask = new SecretMask();
  #sequence = 0;
  /** JSON lines that wait to be written. */
  #queue: string[] = [];
  /** Lines that say which runs these are, to be written again if somebody removes the file under us. */
  readonly #openings: string[] = [];
  #segment: SegmentFile | null = null;
  /** A segment whose sync failed, until what was not synced is taken back. */
  #failed: SegmentFile | null = null;
  /** Of all segments of this log, which are not let go of before its end. */
  readonly #marks: string[] = [];
  #lastHlc: Hlc = [0, 0];
  #syncing: Promise<void> | null = null;
  #closed = false;
  #headTimer: NodeJS.Timeout | null = null;
  #touchTimer: NodeJS.Timeout | null = null;

  constructor(root: string, options: OpenLogOptions) {
    const now = options.clock ?? Date.now;
    this.writer = ulid(Math.max(0, Math.floor(now())));
    this.#files = projectFiles(root);
    this.root = this.#files.root;
    this.#clock = new HybridClock(now);
    const { line, by } = personLine({
      author: maskText(options.author ?? findAuthor(this.root)),
      host: options.host ?? hostname(),
    });
    this.#person = line;
    this.#by = by;
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
      const hlc = this.#clock.next();
      const json = this.#mask.toJson(event);
      const line = `{"v":1,"id":"${id}","hlc":[${hlc[0]},${hlc[1]}],"by":"${this.#by}","event":${json}}`;
      this.#queue.push(line);
      if (event.kind === "run.started") this.#openings.push(line);
      this.#sequence += 1;
      this.#lastHlc = hlc;
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
    const segment = this.#writeQueue();
    if (segment === null) return;
    const syncing = segment.sync().then(
      () => {
        this.#syncing = null;
        this.#noteHeadSoon();
      },
      (error: unknown) => {
        this.#syncing = null;
        throw this.#breakDown(segment, error);
      },
    );
    this.#syncing = syncing;
    await syncing;
  }

  commitSync(): void {
    const segment = this.#writeQueue() ?? this.#segment;
    if (segment === null || segment.isSynced) return;
    try {
      segment.syncNow();
    } catch (error) {
      throw this.#breakDown(segment, error);
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
    if (this.#segment !== null) {
      this.#segment.close();
      // What waits in vain is in no file, so this is the end all the same.
      for (let tries = 0; tries < CLOSING_TRIES && !this.#noteHead(true); tries += 1) pause(CLOSING_PAUSE_MS);
    }
    this.#failed?.close();
    for (const writer of this.#marks) clearMark(this.#files.lineage, writer);
  }

  /** Writes what waits as one batch, and gives the segment that has it; null if nothing waited. */
  #writeQueue(): SegmentFile | null {
    this.#takeBack();
    if (this.#queue.length === 0) return null;
    try {
      const segment = this.#open();
      segment.write(segment.written.bytes === 0 ? [this.#person, ...this.#queue] : this.#queue);
      this.#queue = [];
      return segment;
    } catch (error) {
      throw this.#cannotWrite(error);
    }
  }

  #open(): SegmentFile {
    if (this.#segment?.isThere === false) {
      // Somebody removed the file (`rm -r .tagline`): what comes goes into a new one, which must say what it belongs to.
      this.#segment.close();
      this.#segment = null;
      this.#queue.unshift(...this.#openings.filter((line) => !this.#queue.includes(line)));
    }
    if (this.#segment !== null) return this.#segment;
    prepareProject(this.root);
    const writer = this.#marks.length === 0 ? this.writer : ulid();
    const segment = new SegmentFile(join(this.#files.lineage, `${writer}.jsonl`), writer);
    this.#segment = segment;
    sweepMarks(this.#files.lineage);
    this.#marks.push(writer);
    for (const each of this.#marks) markLive(this.#files.lineage, each);
    this.#touchTimer ??= setInterval(() => {
      for (const each of this.#marks) touchMark(this.#files.lineage, each);
    }, TOUCH_EVERY_MS).unref();
    // A segment is known before anything in it is acknowledged: whoever removes it, or the heads, is found out.
    if (!this.#noteHead()) this.#noteHeadSoon();
    return segment;
  }

  /** Ends a segment whose sync failed: what it did not bring to the disk is written again, into another one. */
  #takeBack(): void {
    if (this.#failed === null) return;
    try {
      // Who writes says the next segment itself.
      const lines = this.#failed.takeBack().filter((line) => line !== this.#person);
      this.#queue = [...lines, ...this.#queue];
    } catch (error) {
      throw this.#cannotSync(error);
    }
    this.#segment = this.#failed;
    // That it ended is only ever a second witness.
    if (!this.#noteHead(true)) this.#noteHead(true);
    this.#failed.close();
    this.#failed = null;
    this.#segment = null;
  }

  #noteHeadSoon(): void {
    this.#headTimer ??= setTimeout(() => {
      this.#headTimer = null;
      if (!this.#closed && !this.#noteHead()) this.#noteHeadSoon();
    }, HEAD_DELAY_MS).unref();
  }

  #noteHead(isClosed = false): boolean {
    const segment = this.#segment;
    if (segment === null) return true;
    // While a sync runs, the file may be shorter on disk than what is written: the head must not run ahead of it.
    if (this.#syncing) return false;
    try {
      return writeHead(this.#files.heads, segment.writer, {
        ...segment.written,
        hlc: this.#lastHlc,
        ...(isClosed && segment.isSynced ? { closed: true } : {}),
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

  #breakDown(segment: SegmentFile, error: unknown): Error {
    // Another sync of it may have failed before.
    if (this.#segment === segment) {
      this.#failed = segment;
      this.#segment = null;
    }
    return this.#cannotSync(error);
  }

  #cannotSync(error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    return new Error(
      `Cannot sync the lineage log in ${this.#files.lineage}: ${reason}. Check the disk: what waits is written with the next cell`,
      { cause: error },
    );
  }
}

function isList(events: LineageEvent | readonly LineageEvent[]): events is readonly LineageEvent[] {
  return Array.isArray(events);
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
