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
import { enterAsCell, runAsCell, setLastBegun } from "./cell-context.js";
import { FileRecord } from "./file-record.js";
import { LateFacts } from "./late-facts.js";
import { NameFacts } from "./name-facts.js";
import { createRandom, engineRandom } from "./random.js";
import { currentEpoch, startEpoch, unset } from "./ref.js";
import { RemoteRecord } from "./remote-record.js";
import { safely } from "./safely.js";
import { tableFacts } from "./table-facts.js";
import type { CellIdentity, TrackNews, TrackOptions } from "./tracker.js";
import { trackingIsOn } from "./tracking-is-on.js";

/** Begins a cell: `Math.random` restarts, and what the cell does is recorded until `finish`. */
export function beginCell(identity: CellIdentity, options: TrackOptions = {}): Recorder {
  startEpoch();
  const recorder = new Recorder(identity, options, currentEpoch());
  setLastBegun(recorder);
  return recorder;
}

/** The facts of the cell that runs. Cells of one session run one at a time. */
let running: NameFacts | undefined;

export class Recorder implements ActiveCell {
  readonly identity: CellIdentity;
  readonly options: TrackOptions;
  readonly epoch: number;
  readonly #random: () => number;
  #loading = 0;
  readonly files = new FileRecord();
  readonly remote = new RemoteRecord();
  readonly #startedAt = new Date();
  readonly #startedMs = performance.now();
  readonly #cpu = process.cpuUsage();
  readonly #names = new NameFacts(trackingIsOn());
  #late: LateFacts | null = null;
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
    running = this.#names;
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
    // The cell may go on and change the list that it was given.
    if (!this.#finished) this.#params.set(use.name, { ...use, value: copyOf(use.value), default: copyOf(use.default) });
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

  noteCopy(ref: Binding): void {
    (this.#late ?? this.#names).noteCopy(ref);
  }

  dropCopy(ref: Binding): void {
    (this.#late ?? this.#names).dropCopy(ref);
  }

  noteRead(ref: Binding): void {
    (this.#late ?? this.#names).noteRead(ref);
  }

  lookAround(home: BindingHome): void {
    this.#names.lookAround(home);
  }

  noteWrite(ref: Binding): void {
    (this.#late ?? this.#names).noteWrite(ref);
  }

  async finish(error: CellError | null): Promise<CellTrace> {
    const durationMs = performance.now() - this.#startedMs;
    const cpu = process.cpuUsage(this.#cpu);
    const { reads, writes, mutates } = this.#names.uses();
    const tables = safely(() => this.#tables(mutates), []);
    this.#finished = true;
    this.#late = new LateFacts(this.identity, this.#names.forgetValues(), () => running);
    if (running === this.#names) running = undefined;
    const files: readonly FileUse[] = await this.files.settle();
    return {
      cellId: this.identity.cellId,
      sourceHash: this.identity.sourceHash,
      canonicalHash: this.identity.canonicalHash,
      startedAt: this.#startedAt.toISOString(),
      durationMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      reads,
      writes,
      mutates,
      files,
      params: [...this.#params.values()],
      metrics: this.#metrics,
      ...this.remote.facts(),
      tables,
      fits: this.#fits,
      error,
    };
  }

  /** Tables held by names that the cell wrote, or that `value` told of. */
  #tables(mutated: readonly string[]): TableFacts[] {
    const held = new Map(this.#values);
    for (const ref of this.#names.writes) if (ref.value !== unset) held.set(ref.name, ref.value);
    for (const ref of this.#names.reads) if (mutated.includes(ref.name)) held.set(ref.name, ref.value);
    return [...held].flatMap(([name, value]) => tableFacts(name, value) ?? []);
  }
}

function copyOf(value: unknown): unknown {
  return typeof value === "object" ? safely(() => structuredClone(value), value) : value;
}
