import type {
  CellError,
  CellTrace,
  FileUse,
  FitFacts,
  MetricPoint,
  ParamUse,
  TableFacts,
} from "../lineage/cell-trace.js";
import type { ActiveCell, Binding, BindingHome } from "./active-cell.js";
import { Before } from "./before.js";
import { enterAsCell, runAsCell, setLastBegun } from "./cell-context.js";
import { changedNames } from "./changed-names.js";
import { FileRecord } from "./file-record.js";
import { isTracked } from "./object-record.js";
import { createRandom, engineRandom } from "./random.js";
import { currentEpoch, startEpoch, unset } from "./ref.js";
import { tableFacts } from "./table-facts.js";
import type { CellIdentity, TrackNews, TrackOptions } from "./tracker.js";

/** Begins a cell: `Math.random` restarts, and what the cell does is recorded until `finish`. */
export function beginCell(identity: CellIdentity, options: TrackOptions = {}): Recorder {
  startEpoch();
  const recorder = new Recorder(identity, options, currentEpoch());
  setLastBegun(recorder);
  return recorder;
}

export class Recorder implements ActiveCell {
  readonly identity: CellIdentity;
  readonly options: TrackOptions;
  readonly epoch: number;
  readonly #random: () => number;
  #loading = 0;
  readonly files = new FileRecord();
  readonly #startedAt = new Date();
  readonly #startedMs = performance.now();
  readonly #cpu = process.cpuUsage();
  readonly #reads = new Set<Binding>();
  readonly #before = new Before();
  readonly #homes = new Set<BindingHome>();
  /** True once every name of the session was looked at. */
  #sawAll = false;
  readonly #writes = new Set<Binding>();
  readonly #values = new Map<string, unknown>();
  readonly #params = new Map<string, ParamUse>();
  readonly #metrics: MetricPoint[] = [];
  readonly #fits: FitFacts[] = [];
  readonly #waitedFor: Promise<unknown>[] = [];
  #finished = false;

  constructor(identity: CellIdentity, options: TrackOptions, epoch: number) {
    this.identity = identity;
    this.options = options;
    this.epoch = epoch;
    this.#random = createRandom(identity.seed);
  }

  random(): number {
    return this.#loading > 0 ? engineRandom() : this.#random();
  }

  async load<T>(body: () => Promise<T>): Promise<T> {
    this.#loading += 1;
    try {
      return await body();
    } finally {
      this.#loading -= 1;
    }
  }

  get finished(): boolean {
    return this.#finished;
  }

  run<T>(body: () => T): T {
    return runAsCell(this, body);
  }

  enter(): void {
    enterAsCell(this);
  }

  value(name: string, value: unknown): void {
    if (!this.#finished) this.#values.set(name, value);
  }

  param(use: ParamUse): void {
    if (!this.#finished) this.#params.set(use.name, use);
  }

  metric(point: MetricPoint): void {
    if (this.#finished) return;
    this.#metrics.push(point);
    this.tell({ kind: "metric", point });
  }

  fit(fit: FitFacts): void {
    if (this.#finished) return;
    this.#fits.push(fit);
    this.tell({ kind: "fit", fit });
  }

  tell(news: TrackNews): void {
    try {
      this.options.onNews?.(news);
    } catch (error) {
      process.emitWarning(`Cannot pass on news of a cell: ${String(error)}`);
    }
  }

  wait(work: Promise<unknown>): void {
    this.#waitedFor.push(work);
    // Its failure is told by `settled`.
    work.catch(() => {});
  }

  async settled(): Promise<void> {
    for (let work = this.#waitedFor.shift(); work !== undefined; work = this.#waitedFor.shift()) await work;
  }

  noteRead(ref: Binding): void {
    if (this.#finished || this.#reads.has(ref) || this.#writes.has(ref)) return;
    this.#reads.add(ref);
    if (isTracked(ref.value)) safely(() => this.#look(ref), undefined);
  }

  noteWrite(ref: Binding): void {
    if (!this.#finished) this.#writes.add(ref);
  }

  /** Looks at a value before the cell can change it; and at all others, if it may change those through this one. */
  #look({ value, home }: Binding): void {
    if (!isTracked(value) || this.#sawAll) return;
    this.#homes.add(home);
    if (!this.#before.take(value)) return;
    this.#sawAll = true;
    for (const other of home.bindings()) {
      const isOwn = this.#writes.has(other);
      if (!isOwn && isTracked(other.value)) safely(() => this.#before.take(other.value as object), false);
    }
  }

  async finish(error: CellError | null): Promise<CellTrace> {
    const durationMs = performance.now() - this.#startedMs;
    const cpu = process.cpuUsage(this.#cpu);
    const mutates = safely(() => changedNames(this.#before, this.#homes, this.#writes), []);
    const tables = safely(() => this.#tables(mutates), []);
    this.#finished = true;
    const files: readonly FileUse[] = await this.files.settle();
    return {
      cellId: this.identity.cellId,
      sourceHash: this.identity.sourceHash,
      canonicalHash: this.identity.canonicalHash,
      startedAt: this.#startedAt.toISOString(),
      durationMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      reads: names(this.#reads),
      writes: names(this.#writes),
      mutates,
      files,
      params: [...this.#params.values()],
      metrics: this.#metrics,
      tables,
      fits: this.#fits,
      error,
    };
  }

  /** Tables held by names that the cell wrote, or that `value` told of. */
  #tables(mutated: readonly string[]): TableFacts[] {
    const held = new Map(this.#values);
    for (const ref of this.#writes) if (ref.value !== unset) held.set(ref.name, ref.value);
    for (const ref of this.#reads) if (mutated.includes(ref.name)) held.set(ref.name, ref.value);
    return [...held].flatMap(([name, value]) => tableFacts(name, value) ?? []);
  }
}

function names(refs: Iterable<Binding>): string[] {
  return [...refs].map((ref) => ref.name).sort();
}

/** Tracking may fail; the cell may not. */
function safely<T>(body: () => T, otherwise: T): T {
  try {
    return body();
  } catch {
    return otherwise;
  }
}
