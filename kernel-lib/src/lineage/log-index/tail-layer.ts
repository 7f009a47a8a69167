import { basename } from "node:path";
import type { CellTrace } from "../cell-trace.js";
import { compareHlc, type Hlc } from "../clock.js";
import type { AliasMoved, DeploymentChanged, EventEnvelope, RequestServed, StepFinished } from "../events.js";
import type { EventSpans } from "../read-segment.js";
import type { RunBodies } from "../run-bodies.js";
import { OpenRecord, type StoredRecord } from "../run-record.js";
import { HASH_DIGITS, type KeyKind, kindOf, partsOf } from "./index-key.js";
import {
  COMMON_KINDS,
  type EventBlock,
  type EventPlace,
  type Last,
  type Layer,
  type LayerState,
  type RequestTally,
  type SegmentBlocks,
} from "./layer.js";
import { newestFirst } from "./newest-first.js";
import { Postings } from "./postings.js";
import { addToTally } from "./request-tally.js";

const BLOCK_BYTES = 256 << 10;

interface OpenBlock extends EventBlock {
  end: number;
  minMs: number;
  maxMs: number;
  readonly kinds: string[];
  readonly authors: string[];
}

/** The end of the log, folded in memory as it is read. Kinds of event that it does not know pass by. */
export class TailLayer implements Layer {
  readonly updates: string[] = [];
  readonly #runs = new Map<string, OpenRecord>();
  readonly #postings = new Postings();
  readonly #aliases = new Map<string, Last<Pick<AliasMoved, "model" | "alias" | "version">>>();
  readonly #deployments = new Map<string, Last<DeploymentChanged>>();
  readonly #requests = new Map<string, RequestTally>();
  readonly #blocks = new Map<string, OpenBlock[]>();
  readonly #rare = new Map<string, EventPlace[]>();
  readonly #bodies: RunBodies;
  readonly #below: (run: string) => StoredRecord | null;
  #sorted: readonly OpenRecord[] | null = null;
  #places: ReadonlyMap<string, number> = new Map();
  #keys: readonly string[] | null = null;

  /** @param below what the layers below know of a run */
  constructor(bodies: RunBodies, below: (run: string) => StoredRecord | null) {
    this.#bodies = bodies;
    this.#below = below;
  }

  get count(): number {
    return this.#runs.size;
  }

  get state(): LayerState {
    return { aliases: this.#aliases, deployments: this.#deployments, requests: this.#requests };
  }

  /**
   * @param events of one writer, in order; writers in any order
   * @param spans where their lines stand in the segment
   * @param onRun told of each run that an event belongs to
   */
  add(events: readonly EventEnvelope[], writer: string, spans: EventSpans, onRun: (run: string) => void): void {
    for (const [index, envelope] of events.entries()) {
      const start = spans[2 * index] ?? 0;
      const end = spans[2 * index + 1] ?? start;
      this.#note(envelope, writer, start, end);
      // A later version may mean something else by the same words.
      if (envelope.v !== 1) continue;
      try {
        this.#fold(envelope, writer, start, end, onRun);
      } catch {
        // Not what its kind says: nothing can be learned from it, and the rest of the log can.
      }
    }
  }

  get(run: string): OpenRecord | undefined {
    return this.#runs.get(run);
  }

  run(place: number): StoredRecord {
    const found = this.#newestFirst()[place];
    if (found === undefined) throw new RangeError(`Cannot find run ${place} of ${this.count}`);
    return found;
  }

  runs(): readonly StoredRecord[] {
    return this.#newestFirst();
  }

  find(key: string): readonly number[] {
    if (kindOf(key) === "run") {
      if (!this.#runs.has(partsOf(key)[0] ?? "")) return [];
    }
    this.#newestFirst();
    const runs = new Set(this.#postings.get(key));
    return [...runs].map((run) => this.#places.get(run) ?? 0).sort((a, b) => a - b);
  }

  *keys(prefix: string): Generator<readonly [string, readonly number[]]> {
    this.#keys ??= this.#postings.keys().sort();
    const keys = this.#keys;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? "") < prefix) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < keys.length; at += 1) {
      const key = keys[at] ?? "";
      if (!key.startsWith(prefix)) return;
      yield [key, this.find(key)];
    }
  }

  blocks(): SegmentBlocks {
    return this.#blocks;
  }

  spans(kind: string): readonly EventPlace[] {
    return this.#rare.get(kind) ?? [];
  }

  /** Kinds that `spans` knows. */
  rareKinds(): readonly string[] {
    return [...this.#rare.keys()];
  }

  #newestFirst(): readonly OpenRecord[] {
    if (this.#sorted === null) {
      this.#sorted = [...this.#runs.values()].sort(newestFirst);
      this.#places = new Map(this.#sorted.map(({ run }, place) => [run, place]));
    }
    return this.#sorted;
  }

  #note({ hlc, author, event }: EventEnvelope, writer: string, start: number, end: number): void {
    let blocks = this.#blocks.get(writer);
    if (blocks === undefined) {
      blocks = [];
      this.#blocks.set(writer, blocks);
    }
    let block = blocks.at(-1);
    if (block === undefined || end - block.start > BLOCK_BYTES) {
      block = { start, end, minMs: hlc[0], maxMs: hlc[0], kinds: [], authors: [] };
      blocks.push(block);
    }
    block.end = end;
    if (hlc[0] < block.minMs) block.minMs = hlc[0];
    if (hlc[0] > block.maxMs) block.maxMs = hlc[0];
    if (!block.kinds.includes(event.kind)) block.kinds.push(event.kind);
    if (!block.authors.includes(author)) block.authors.push(author);
    if (COMMON_KINDS.has(event.kind)) return;
    const rare = this.#rare.get(event.kind);
    if (rare === undefined) this.#rare.set(event.kind, [{ writer, start, end }]);
    else rare.push({ writer, start, end });
  }

  #fold(envelope: EventEnvelope, writer: string, start: number, end: number, onRun: (run: string) => void): void {
    const { event, hlc } = envelope;
    switch (event.kind) {
      case "run.started":
      case "cell.finished":
      case "step.finished":
      case "model.registered":
      case "values.hashed":
      case "run.finished": {
        const record = this.#record(envelope, event.run, writer);
        record.place(writer, start, end);
        this.#addTo(record, event);
        onRun(event.run);
        break;
      }
      case "alias.moved":
        keepLast(this.#aliases, `${event.model}@${event.alias}`, hlc, event);
        break;
      case "deployment.changed":
        keepLast(this.#deployments, event.deployment, hlc, event);
        break;
      case "request.served":
        this.#count(event);
        break;
    }
  }

  #addTo(record: OpenRecord, event: Extract<EventEnvelope["event"], { readonly run: string }>): void {
    switch (event.kind) {
      case "run.started":
        record.started = event;
        if (event.notebook !== null) this.#post(record, "notebook", event.notebook);
        // Those of a session's cells come with the cells.
        if (event.runKind === "pipeline")
          for (const name of Object.keys(event.params)) this.#post(record, "param", name);
        break;
      case "cell.finished":
        record.ended(event, this.#bodies);
        this.#trace(record, event.trace);
        break;
      case "step.finished":
        record.ended(event, this.#bodies);
        this.#step(record, event);
        break;
      case "model.registered":
        record.models.push({ event, cellsBefore: record.digest.cells, stepsBefore: record.digest.steps });
        this.#post(record, "model", event.model);
        break;
      case "run.finished":
        record.finished = event;
        break;
    }
  }

  #step(record: OpenRecord, { cells, outputs, shared = [] }: StepFinished): void {
    for (const trace of cells) this.#trace(record, trace);
    for (const { name, hash } of outputs) {
      this.#post(record, "artifact", name);
      this.#post(record, "hash", hash.slice(0, HASH_DIGITS));
    }
    for (const { cellId } of shared) this.#post(record, "shared", cellId, record.started?.notebook ?? "");
  }

  #trace(record: OpenRecord, { cellId, files, metrics, params }: CellTrace): void {
    const notebook = record.started?.notebook ?? "";
    if (cellId !== null) this.#post(record, "cell", cellId, notebook);
    for (const { path, mode, sha256 } of files) {
      this.#post(record, mode, path, sha256?.slice(0, HASH_DIGITS) ?? "");
      this.#post(record, "file", basename(path), path);
    }
    for (const { name } of params) this.#post(record, "param", name);
    let last = "";
    for (const { name } of metrics) {
      // Points of one metric follow each other.
      if (name === last) continue;
      last = name;
      this.#post(record, "metric", name);
      this.#post(record, "metric-in", name, notebook);
    }
  }

  #post({ run }: OpenRecord, kind: KeyKind, first: string, second = ""): void {
    if (this.#postings.add(run, kind, first, second)) this.#keys = null;
  }

  #count(event: RequestServed): void {
    if (event.deployment === undefined) return;
    this.#requests.set(event.deployment, addToTally(this.#requests.get(event.deployment), event));
  }

  #record({ author, host, hlc }: EventEnvelope, run: string, writer: string): OpenRecord {
    let record = this.#runs.get(run);
    if (record === undefined) {
      const known = this.#below(run);
      if (known !== null) this.updates.push(run);
      const digest = { cells: 0, steps: 0, params: {}, metrics: {}, endMs: null };
      record = new OpenRecord(
        known ?? { run, writer, author, host, hlc, started: null, finished: null, models: [], digest, places: [] },
      );
      this.#runs.set(run, record);
      this.#sorted = null;
      this.#post(record, "run", run);
      this.#post(record, "writer", record.writer);
    }
    return record;
  }
}

/** Writers come in any order: the clock tells which was the last. */
function keepLast<T>(lasts: Map<string, Last<T>>, key: string, hlc: Hlc, event: T): void {
  const known = lasts.get(key);
  if (known === undefined || compareHlc(known.hlc, hlc) < 0) lasts.set(key, { hlc, event });
}
