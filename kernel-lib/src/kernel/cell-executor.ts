import type { CellCompiler, CompiledCell, SessionScope } from "../analyze/cell-compiler.js";
import { type MimeBundle, toMimeBundle } from "../display/index.js";
import type { CellTrace } from "../lineage/cell-trace.js";
import type { CellFacts } from "../notebook/cell-facts.js";
import { type Bindings, createBindings } from "../track/bindings.js";
import { beginCell, type Recorder } from "../track/recorder.js";
import { projectSeed, seedFor } from "../track/seed.js";
import type { SessionCell } from "../track/session-port.js";
import { trackingIsOn } from "../track/tracking-is-on.js";
import type { CellFailure } from "./cell-failure.js";
import { type CellOutput, setOutput } from "./cell-output.js";
import { CellSources } from "./cell-sources.js";
import { nextScope } from "./next-scope.js";
import { createLoader } from "./require-module.js";
import { CodeRunner, loadCode } from "./run-code.js";
import { SeedOrdinals } from "./seed-ordinals.js";
import { ProcessExit } from "./stops.js";
import { thrownFailure } from "./thrown-failure.js";
import { compilerFailure, typeFailure } from "./type-failure.js";

export interface CellRequest {
  readonly code: string;
  readonly cellId: string | null;
  readonly tags: readonly string[];
  /** What the cell is called in a stack: `cell [3]`. */
  readonly label: string;
  readonly output: CellOutput;
}

export interface CellOutcome {
  /** `[value]` if the cell ended with an expression. */
  readonly value: readonly [unknown] | undefined;
  readonly failure: CellFailure | null;
  /** Null if the cell did not run, or tracking is off. */
  readonly trace: CellTrace | null;
}

export interface ExecutorOptions {
  /** The notebook's folder, absolute. */
  readonly folder: string;
  readonly compiler: CellCompiler;
  readonly runner?: CodeRunner;
}

/** Compiles and runs the cells of one session, one at a time. */
export class CellExecutor {
  readonly compiler: CellCompiler;
  /** The session's names; new ones after `reset`. */
  bindings: Bindings;
  readonly sources = new CellSources();
  readonly #folder: string;
  readonly #runner: CodeRunner;
  readonly #ordinals = new SeedOrdinals();
  /** In the order in which they ran. */
  readonly #cells = new Map<string, SessionCell>();
  #scope: SessionScope = { names: new Map() };

  constructor({ folder, compiler, runner = new CodeRunner() }: ExecutorOptions) {
    this.compiler = compiler;
    this.#folder = folder;
    this.bindings = createBindings(createLoader(folder));
    this.#runner = runner;
  }

  /** Cells in the order in which they ran. */
  get cells(): readonly SessionCell[] {
    return [...this.#cells.values()];
  }

  get scope(): SessionScope {
    return this.#scope;
  }

  /** Runs a cell. Rejects never: what goes wrong in the cell is its outcome. */
  async execute(request: CellRequest): Promise<CellOutcome> {
    const compiled = this.#compile(request.code, request.tags);
    if ("ename" in compiled) return { value: undefined, failure: compiled, trace: null };
    const recorder = this.#begin(compiled.facts, request);
    this.#note({ id: request.cellId, source: request.code, tags: request.tags, facts: compiled.facts });
    const { value, failure } = await this.#run(compiled, request, recorder);
    noteLiterals(compiled.facts, this.bindings, recorder);
    const trace = await recorder.finish(failure?.error ?? null);
    this.#scope = nextScope(this.#scope, compiled.scope, failure === null ? null : new Set(trace.writes));
    return { value, failure, trace: trackingIsOn() ? trace : null };
  }

  /** The value of one expression, for a front end that asks; not a cell of the session. */
  async evaluate(expression: string): Promise<MimeBundle | CellFailure> {
    const compiled = this.#compile(expression, []);
    if ("ename" in compiled) return compiled;
    const { captured } = compiled.scope;
    if (captured !== undefined) this.#scope = { ...this.#scope, captured };
    try {
      const run = loadCode(compiled.code, this.sources.add("expression", expression, compiled.map));
      const value = await this.#runner.run(() => run(this.bindings));
      return toMimeBundle(value?.[0]);
    } catch (error) {
      return thrownFailure(error, this.sources);
    }
  }

  /** Forgets every name. */
  reset(): void {
    this.bindings = createBindings(createLoader(this.#folder));
    this.#scope = { names: new Map() };
    this.#cells.clear();
  }

  /** Stops waiting for the running cell; false if none runs. */
  interrupt(): boolean {
    return this.#runner.interrupt();
  }

  /** Ends the running cell with an error that its own code does not wait for. */
  fail(error: unknown): void {
    this.#runner.fail(error);
  }

  #compile(code: string, tags: readonly string[]): CompiledCell | CellFailure {
    try {
      const compiled = this.compiler.compile(code, this.#scope, { tags });
      return compiled.diagnostics.length === 0 ? compiled : typeFailure(code, compiled.diagnostics, this.#folder);
    } catch (error) {
      // A mistake of ours, which must look like one.
      return compilerFailure(error);
    }
  }

  /** A cell that runs again unchanged is kept once, as the last. */
  #note(cell: SessionCell): void {
    const key = `${cell.facts.sourceHash} ${cell.id ?? ""}`;
    this.#cells.delete(key);
    this.#cells.set(key, cell);
  }

  #begin(facts: CellFacts, { cellId, output }: CellRequest): Recorder {
    const { sourceHash, canonicalHash } = facts;
    const seed = seedFor(projectSeed(), canonicalHash, this.#ordinals.ordinalOf(canonicalHash, cellId));
    const recorder = beginCell({ cellId, sourceHash, canonicalHash, seed });
    setOutput(recorder, output);
    return recorder;
  }

  async #run(
    compiled: CompiledCell,
    request: CellRequest,
    recorder: Recorder,
  ): Promise<Pick<CellOutcome, "value" | "failure">> {
    try {
      const run = loadCode(compiled.code, this.sources.add(request.label, request.code, compiled.map));
      const value = await this.#runner.run(() =>
        recorder.run(async () => {
          const ended = await run(this.bindings);
          await recorder.settled();
          return ended;
        }),
      );
      return { value, failure: null };
    } catch (error) {
      if (error instanceof ProcessExit && error.code === 0) {
        request.output.stream("stderr", `${error.message}\n`);
        return { value: undefined, failure: null };
      }
      return { value: undefined, failure: thrownFailure(error, this.sources) };
    }
  }
}

/** Papermill's way: in a cell tagged `parameters`, `const units = 16` is a parameter too. */
function noteLiterals(facts: CellFacts, bindings: Bindings, recorder: Recorder): void {
  for (const { name, variable, explicit, default: fallback } of facts.params) {
    if (explicit || variable === null) continue;
    const value = bindings.peek(variable);
    if (value !== undefined) recorder.param({ name, value, default: fallback ?? value });
  }
}
