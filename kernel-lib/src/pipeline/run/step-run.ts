import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { type Classes, loadBundle, openStore, saveBundle } from "../../artifacts/index.js";
import {
  type DisplayMessage,
  display,
  displaysSettled,
  foreignFrames,
  setDisplaySink,
  setFrameReader,
  tidyPromises,
} from "../../display/index.js";
import type { CellError, CellTrace } from "../../lineage/cell-trace.js";
import { onSecret } from "../../lineage/known-secrets.js";
import { setModelHost } from "../../registry/model-host.js";
import type { RegisteredModel } from "../../registry/registered-model.js";
import type { VersionDraft } from "../../registry/version-draft.js";
import { currentRecorder, untracked } from "../../track/cell-context.js";
import { beginCell, type CellRecorder, installTracking, projectSeed, seedFor } from "../../track/index.js";
import { pristine } from "../../track/pristine-fs.js";
import { seedingIsOn } from "../../track/seed.js";
import { StepModels } from "./step-models.js";
import type { RawError, StepMessage, StepResult, StepTask, StepUsage } from "./step-protocol.js";
import { cellMarker, displayMarker } from "./step-protocol.js";
import type { StepSession } from "./step-session.js";
import { type Asked, type AskedKind, watchClock } from "./watch-clock.js";
import { changedValues, fingerprints } from "./watched-values.js";

type Marked = Extract<StepMessage, { readonly mark: number }>;
/** Each kind on its own: `Omit` of a union would keep only what all have. */
type Unmarked = Marked extends infer One ? (One extends Marked ? Omit<One, "mark"> : never) : never;

/** One step at work in its own process: loads what it takes, calls its code, saves what it hands on. */
export class StepRun implements StepSession {
  readonly #task: StepTask;
  readonly #tell: (message: StepMessage) => void;
  /** Records of cells that ended; some still hash their files. */
  readonly #ended: Promise<CellTrace>[] = [];
  readonly #recorders: CellRecorder[] = [];
  #recorder: CellRecorder;
  /** What cells asked that another run answers otherwise: the first of each kind. */
  readonly #asked = new Map<CellRecorder, Map<AskedKind, Asked>>();
  /** Displays so far. */
  #marks = 0;

  constructor(
    task: StepTask,
    tell: (message: StepMessage) => void,
    register: (draft: VersionDraft) => Promise<Omit<RegisteredModel, "name">>,
  ) {
    this.#task = task;
    this.#tell = tell;
    Object.assign(process.env, task.environment);
    installTracking({ folder: process.cwd() });
    onSecret((name, value) => tell({ kind: "secret", name, value }));
    tidyPromises();
    // The step's module is not what the person wrote.
    const own = fileURLToPath(new URL("..", task.module));
    watchClock(own, {
      isKnown: (kind) => this.#asked.get(this.#recorder)?.has(kind) ?? false,
      onRead: (kind, asked) => {
        const known = this.#asked.get(this.#recorder) ?? new Map<AskedKind, Asked>();
        this.#asked.set(this.#recorder, known.set(kind, asked));
      },
      seeded: seedingIsOn(),
    });
    setFrameReader((line) => (line.includes(own) ? null : foreignFrames(line)));
    setDisplaySink({
      show: (message) => this.#display(message),
      clear: ({ wait }) => this.#tellInOrder({ kind: "clear", cellId: this.#showingCell(), wait }),
      cell: () => this.#recorder,
    });
    const show = (text: string, cellId: string | null): void =>
      this.#tellInOrder({ kind: "display", cellId, data: { "text/plain": text }, metadata: {} });
    setModelHost(new StepModels(task, { register, show }));
    // What happens before the first cell begins, params being read above all, belongs to the cell with the parameters.
    this.#recorder = this.#begin(task.paramsCell, 0);
  }

  /** Loads the step's module and calls it. Rejects with whatever the step's code throws. */
  async perform(): Promise<StepResult> {
    const { default: step, classes } = await importStep(this.#task.module);
    const store = openStore(this.#task.project);
    const load = await packageLoader(this.#task.module);
    // A bucket that the store asks is no source of the step's.
    const inputs = await untracked(() => loadBundle(store, this.#task.inputs, { classes, load }));
    const watched = await fingerprints(pick(inputs, this.#task.watch), classes);
    const outputs = await step(inputs);
    for (const recorder of this.#recorders) await recorder.settled();
    await displaysSettled();
    const changed = await changedValues(pick(inputs, this.#task.watch), classes, watched);
    for (const name of this.#task.gives) this.#recorder.value(name, outputs[name]);
    const saved = await untracked(() => saveBundle(store, pick(outputs, this.#task.gives), { classes }));
    this.#end(null);
    const asked = [...this.#asked].flatMap(([{ identity }, kinds]) =>
      [...kinds.values()].map((one) => ({ ...one, running: identity.cellId })),
    );
    return { outputs: saved, cells: await this.#cells(), changed, usage: usage(), asked };
  }

  begin(cellId: string, seed: number): void {
    this.#end(null);
    this.#recorder = this.#begin(cellId, this.#seedOf(cellId, seed));
    this.#recorder.enter();
    const marker = cellMarker(cellId);
    process.stdout.write(marker);
    process.stderr.write(marker);
  }

  show(value: unknown): void {
    if (value !== undefined) display(value);
  }

  #display({ data, metadata, id, update, progress }: DisplayMessage): void {
    const cellId = this.#showingCell();
    this.#tellInOrder({ kind: "display", cellId, data, metadata, ...(id === undefined ? {} : { id }), update });
    if (progress === undefined) return;
    const { line, fraction, forLog } = progress;
    this.#tellInOrder({ kind: "progress", text: line, fraction, forLog });
  }

  /** What an asynchronous callback shows is of the cell that started it. */
  #showingCell(): string | null {
    const current = currentRecorder();
    return (this.#recorders.find((one) => one === current) ?? this.#recorder).identity.cellId;
  }

  /** Messages and lines go two ways: a mark among the lines says where the message belongs. */
  #tellInOrder(message: Unmarked): void {
    this.#marks += 1;
    this.#tell({ ...message, mark: this.#marks });
    process.stdout.write(displayMarker(this.#marks));
  }

  /** The message that tells of a failure; the running cell's record carries the error. */
  async failed(reason: unknown): Promise<StepMessage> {
    // Before its first cell a step loads modules: whose cell that is, the frames may tell.
    const error = rawError(reason, this.#ended.length === 0 ? null : this.#recorder.identity.cellId);
    this.#end({ name: error.name, message: error.message, line: null, column: null, stack: [] });
    return { kind: "failed", error, cells: await this.#cells(), usage: usage() };
  }

  /** The seed in the step's code is that of the project seed 0; `TAGLINE_SEED` asks for another, as in the kernel. */
  #seedOf(cellId: string, seed: number): number {
    const own = this.#task.cells[cellId];
    if (projectSeed() === 0 || own === undefined) return seed;
    const twins = Object.values(this.#task.cells).filter(({ canonicalHash }) => canonicalHash === own.canonicalHash);
    const ordinal = twins.filter((twin) => twin.index < own.index).length;
    return seedFor(projectSeed(), own.canonicalHash, ordinal);
  }

  #begin(cellId: string | null, seed: number): CellRecorder {
    const hashes = cellId === null ? undefined : this.#task.cells[cellId];
    const identity = { cellId, seed, sourceHash: hashes?.sourceHash ?? "", canonicalHash: hashes?.canonicalHash ?? "" };
    const recorder = beginCell(identity, {
      params: this.#task.params,
      onNews: (news) => this.#tell({ kind: "news", news }),
    });
    this.#recorders.push(recorder);
    return recorder;
  }

  #end(error: CellError | null): void {
    const recorder = this.#recorder;
    const trace = recorder.finish(error);
    this.#ended.push(
      trace.then((facts) => (this.#asked.get(recorder)?.has("date") ? { ...facts, clock: true } : facts)),
    );
  }

  /** Records in order; the one before the first cell only if anything happened, and with the params of this step alone. */
  async #cells(): Promise<readonly CellTrace[]> {
    const all = await Promise.all(this.#ended);
    // The program's own modules are code, which the step's key covers.
    const own = fileURLToPath(new URL("..", this.#task.module));
    const [prelude, ...cells] = all.map((trace) => ({
      ...trace,
      files: trace.files.filter((file) => !file.path.startsWith(own)),
    }));
    if (prelude === undefined) return cells;
    const params = prelude.params.filter((param) => this.#task.reaches.includes(param.name));
    const happened = [params, prelude.files, prelude.metrics, prelude.tables, prelude.fits].some(
      (facts) => facts.length > 0,
    );
    return happened || prelude.error !== null ? [{ ...prelude, params }, ...cells] : cells;
  }
}

/** A step's module as compile emits it: the step as default export, and classes that its cells declare. */
interface StepModule {
  readonly default: (inputs: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>;
  readonly classes: Classes;
}

async function importStep(url: string): Promise<StepModule> {
  const module: Record<string, unknown> = await import(url);
  const step = module["default"];
  if (typeof step !== "function") throw new Error(`Cannot run ${url}: its default export is no function`);
  return {
    // Checked to be a function above; what it takes and gives is compile's promise.
    default: async (inputs) => (await (step as StepModule["default"])(inputs)) ?? {},
    // Compile emits it as an object of classes by name.
    classes: (module["classes"] ?? {}) as StepModule["classes"],
  };
}

/** Gives the notebook's own copy of a package, which may be another than ours. */
async function packageLoader(stepUrl: string): Promise<(specifier: string) => Promise<object>> {
  const loader = new URL("../load-package.js", stepUrl);
  // An exported project has one copy of everything, ours included.
  if (!existsSync(loader)) return (specifier) => import(specifier);
  const module: { readonly default: (specifier: string) => Promise<object> } = await import(loader.href);
  return module.default;
}

function rawError(reason: unknown, cellId: string | null): RawError {
  const causes = causesOf(reason);
  const more = causes.length === 0 ? {} : { causes };
  if (reason instanceof Error) {
    return { name: reason.name, message: reason.message, stack: reason.stack ?? "", cellId, ...more };
  }
  // An error of another realm (a vm context) is no instance of ours, and a step may throw anything at all.
  const like: { readonly name?: unknown; readonly message?: unknown; readonly stack?: unknown } =
    typeof reason === "object" && reason !== null ? reason : {};
  return {
    name: typeof like.name === "string" ? like.name : "Error",
    message: typeof like.message === "string" ? like.message : `a cell threw ${inspect(reason, { depth: 2 })}`,
    stack: typeof like.stack === "string" ? like.stack : "",
    cellId,
    ...more,
  };
}

/** The errors behind an error, and those that it gathers; a few, since somebody may have made a circle of them. */
function causesOf(reason: unknown): string[] {
  const found: string[] = [];
  const queue: unknown[] = behind(reason);
  while (queue.length > 0 && found.length < CAUSES_AT_MOST) {
    const cause = queue.shift();
    const isError = cause instanceof Error;
    found.push(isError ? `${cause.name}: ${cause.message}` : inspect(cause, { depth: 2 }));
    queue.unshift(...behind(cause));
  }
  return found;
}

function behind(reason: unknown): unknown[] {
  if (!(reason instanceof Error)) return [];
  const gathered: unknown[] = reason instanceof AggregateError ? reason.errors : [];
  return [...(reason.cause === undefined ? [] : [reason.cause]), ...gathered];
}

const CAUSES_AT_MOST = 5;

function usage(): StepUsage {
  const cpu = process.cpuUsage();
  return {
    cpuMs: Math.round((cpu.user + cpu.system) / 100) / 10,
    peakMemoryBytes: peakMemory(),
  };
}

/** What `maxRSS` tells may be that of the process which this one was forked from. */
function peakMemory(): number {
  try {
    const peak = /^VmHWM:\s*(\d+) kB/m.exec(pristine.readFileSync("/proc/self/status", "utf8"))?.[1];
    if (peak !== undefined) return Number(peak) * 1024;
  } catch {
    // Not on Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

function pick(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
