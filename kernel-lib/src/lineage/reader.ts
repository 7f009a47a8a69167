import type { DeploymentChanged, EventEnvelope } from "./events.js";
import { isLive, liveWriters } from "./liveness.js";
import { indexInThread } from "./log-index/index-in-thread.js";
import type { EventPlace, RequestTally, SegmentBlocks } from "./log-index/layer.js";
import { DamagedIndexError } from "./log-index/layer-file.js";
import { type IndexOptions, LogIndex } from "./log-index/log-index.js";
import { newestFirst } from "./log-index/newest-first.js";
import { sumTallies } from "./log-index/request-tally.js";
import { projectFiles } from "./project.js";
import type { EventSpans, SegmentProblem } from "./read-segment.js";
import { readLines, readSpans } from "./read-spans.js";
import { type RunRecord, type StoredRecord, StoredRun } from "./run-record.js";

/** The project's runs as the log tells them. Reads what is asked for, from an index that it keeps up. */
export interface LogReader {
  readonly root: string;
  /** Reads what was committed since. True if there was anything. */
  refresh(): boolean;
  /** Bytes of the log that its index lacks. */
  unkeptBytes(): number;
  /** Goes on from the index as another process, or a thread of this one, has brought it up to date; `refresh` reads the rest. */
  reload(): void;
  /** Counted up with every refresh that brought something. */
  readonly revision: number;
  /** Counted up when what was read before is not the log any more. */
  readonly generation: number;
  /** Runs to which something was added since a revision; null if nobody knows. */
  changedSince(revision: number): ReadonlySet<string> | null;
  /** How many runs there are. */
  readonly runCount: number;
  /**
   * Newest first, read as they are asked for.
   *
   * @param key those that it finds (see `keyOf`). Default: all
   */
  runs(key?: string): Iterable<RunRecord>;
  /** The same as a list. */
  records(key?: string): readonly RunRecord[];
  record(run: string): RunRecord | undefined;
  /** Keys that begin like this (see `prefixOf`), in the order of their letters. */
  keys(prefix: string): Iterable<string>;
  /** The version's id for which an alias of a model stands; null if it stands for none. */
  aliasVersion(model: string, alias: string): string | null;
  /** The aliases that stand for a version now, sorted. */
  aliasesOf(model: string, version: string): readonly string[];
  /** The last that was heard of each deployment. */
  deployments(): readonly DeploymentChanged[];
  /** What a deployment answered. */
  requests(deployment: string): RequestTally;
  /**
   * Where the events of rare kinds stand (not of those that each run and each request brings), or of some of these kinds; of one writer in
   * order.
   */
  rarePlaces(kinds?: readonly string[]): readonly EventPlace[];
  /** Where all events stand. */
  blocks(): SegmentBlocks;
  /** The events that stand in some spans of a segment, as far as a line's bytes say that they are wanted. */
  read(writer: string, spans: EventSpans, isWanted?: (line: Buffer) => boolean): Iterable<EventEnvelope>;
  /** The same, as their lines stand there. */
  lines(writer: string, spans: EventSpans): Iterable<Buffer>;
  /** An event's line as everybody reads it. */
  envelope(writer: string, line: Buffer): EventEnvelope;
  /** Of the processes that may still write. */
  liveWriters(): readonly string[];
  /** True while the process that writes this run may still go on with it. */
  isLive(record: RunRecord): boolean;
  readonly problems: readonly SegmentProblem[];
}

/** Opens the project's log for reading; it need not exist yet. */
export function openReader(root: string, options: IndexOptions = {}): LogReader {
  return new IndexedReader(root, options);
}

/** The same without holding up whatever else this process does: much is read in a thread. */
export async function openReaderGently(root: string): Promise<LogReader> {
  await indexInThread(root);
  return new IndexedReader(root, { keepBytes: Number.POSITIVE_INFINITY });
}

/** How much of the log a reader that stays open holds in memory. */
const MOST_UNKEPT_BYTES = 8 << 20;

/** Brings a reader of `openReaderGently` up to date, likewise. */
export async function refreshGently(reader: LogReader): Promise<void> {
  // Where the index cannot be written, all of it stays in memory.
  if (reader.unkeptBytes() > (left.get(reader) ?? 0) + MOST_UNKEPT_BYTES) {
    await indexInThread(reader.root);
    reader.reload();
    left.set(reader, reader.unkeptBytes());
  }
  reader.refresh();
}

/** What the last attempt left out of the index, in bytes of the log. */
const left = new WeakMap<LogReader, number>();

class IndexedReader implements LogReader {
  readonly root: string;
  readonly #folder: string;
  readonly #index: LogIndex;

  constructor(root: string, options: IndexOptions) {
    const files = projectFiles(root);
    this.root = files.root;
    this.#folder = files.lineage;
    this.#index = new LogIndex(root, options);
    this.refresh();
  }

  get revision(): number {
    return this.#index.revision;
  }

  get generation(): number {
    return this.#index.generation;
  }

  get runCount(): number {
    return this.#index.stack.count;
  }

  get problems(): readonly SegmentProblem[] {
    return this.#index.problems;
  }

  refresh(): boolean {
    return this.#guard(() => this.#index.refresh());
  }

  unkeptBytes(): number {
    return this.#index.unkeptBytes();
  }

  reload(): void {
    this.#index.reload();
  }

  changedSince(revision: number): ReadonlySet<string> | null {
    return this.#index.changedSince(revision);
  }

  *runs(key?: string): Generator<RunRecord> {
    let last: StoredRecord | null = null;
    for (;;) {
      try {
        for (const stored of this.#index.stack.runs(key ?? null)) {
          // After an index was made anew: from where the old one was left.
          if (last !== null && newestFirst(stored, last) <= 0) continue;
          last = stored;
          yield new StoredRun(stored, this.#index.bodies);
        }
        return;
      } catch (error) {
        if (!(error instanceof DamagedIndexError)) throw error;
        this.#index.rebuild();
      }
    }
  }

  records(key?: string): readonly RunRecord[] {
    return [...this.runs(key)];
  }

  record(run: string): RunRecord | undefined {
    const stored = this.#guard(() => this.#index.stack.record(run));
    return stored === null ? undefined : new StoredRun(stored, this.#index.bodies);
  }

  *keys(prefix: string): Generator<string> {
    let last: string | null = null;
    for (;;) {
      try {
        for (const key of this.#index.stack.keys(prefix)) {
          if (last !== null && key <= last) continue;
          last = key;
          yield key;
        }
        return;
      } catch (error) {
        if (!(error instanceof DamagedIndexError)) throw error;
        this.#index.rebuild();
      }
    }
  }

  aliasVersion(model: string, alias: string): string | null {
    return this.#index.stack.state.aliases.get(`${model}@${alias}`)?.event.version ?? null;
  }

  aliasesOf(model: string, version: string): string[] {
    return [...this.#index.stack.state.aliases.values()]
      .flatMap(({ event }) => (event.model === model && event.version === version ? [event.alias] : []))
      .sort();
  }

  deployments(): DeploymentChanged[] {
    return [...this.#index.stack.state.deployments.values()].map(({ event }) => event);
  }

  requests(deployment: string): RequestTally {
    return this.#index.stack.state.requests.get(deployment) ?? sumTallies([]);
  }

  rarePlaces(kinds?: readonly string[]): readonly EventPlace[] {
    const places = this.#guard(() =>
      this.#index.stack.layers.flatMap((layer) =>
        (kinds ?? layer.rareKinds()).flatMap((kind): readonly EventPlace[] => layer.spans(kind)),
      ),
    );
    return places.sort((a, b) => a.start - b.start);
  }

  blocks(): SegmentBlocks {
    return this.#guard(() => this.#index.stack.blocks());
  }

  read(writer: string, spans: EventSpans, isWanted?: (line: Buffer) => boolean): Iterable<EventEnvelope> {
    return readSpans(this.#index.segments, writer, spans, isWanted);
  }

  lines(writer: string, spans: EventSpans): Iterable<Buffer> {
    return readLines(this.#index.segments, writer, spans);
  }

  envelope(writer: string, line: Buffer): EventEnvelope {
    return this.#index.segments.people(writer).envelope(line);
  }

  liveWriters(): readonly string[] {
    return liveWriters(this.#folder);
  }

  isLive(record: RunRecord): boolean {
    return isLive(this.#folder, record.writer);
  }

  /** An index that was damaged is made anew. */
  #guard<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof DamagedIndexError)) throw error;
      this.#index.rebuild();
      return ask();
    }
  }
}
