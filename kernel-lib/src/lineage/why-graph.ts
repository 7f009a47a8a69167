import { basename, relative } from "node:path";
import type { CellTrace, FileUse, MetricPoint, ParamUse } from "./cell-trace.js";
import { compareHlc } from "./clock.js";
import type { ArtifactUse, DeploymentChanged, RequestServed, StepFinished } from "./events.js";
import type { FoundVersion } from "./find-registered.js";
import { HASH_DIGITS, keyOf } from "./log-index/index-key.js";
import type { LogReader } from "./reader.js";
import type { RegisteredInRun, RunRecord } from "./run-record.js";
import type { WhyEdge, WhyNode, WhyResult } from "./why-node.js";

/** One cell's run: in a session by its count, in a pipeline by step and place. */
export interface Execution {
  readonly record: RunRecord;
  readonly trace: CellTrace;
  /** Place among all executions of the run. */
  readonly index: number;
  /** Execution count in a session, else null. */
  readonly count: number | null;
  readonly step: StepFinished | null;
}

export function executionsOf(record: RunRecord): Execution[] {
  const executions: Execution[] = [];
  for (const { trace, count } of record.cells)
    executions.push({ record, trace, index: executions.length, count, step: null });
  for (const step of record.steps)
    for (const trace of step.cells) executions.push({ record, trace, index: executions.length, count: null, step });
  return executions;
}

/** All that ran in one run, and who changed what. */
export class RunExecutions {
  readonly all: readonly Execution[];
  readonly steps: readonly StepFinished[];
  readonly #changing = new Map<string, Execution[]>();
  #points: Map<string, readonly [Execution, MetricPoint]> | null = null;

  constructor(record: RunRecord) {
    this.all = executionsOf(record);
    // The body was read just now and is at hand: these are the executions' own steps.
    this.steps = record.steps;
    for (const execution of this.all) {
      const { writes, mutates } = execution.trace;
      for (const name of mutates.length === 0 ? writes : new Set([...writes, ...mutates])) {
        const known = this.#changing.get(name);
        if (known === undefined) this.#changing.set(name, [execution]);
        else known.push(execution);
      }
    }
  }

  /** The last point of a metric, and what logged it. */
  lastPoint(name: string): readonly [Execution, MetricPoint] | undefined {
    if (this.#points === null) {
      this.#points = new Map();
      for (const execution of this.all)
        for (const point of execution.trace.metrics) this.#points.set(point.name, [execution, point]);
    }
    return this.#points.get(name);
  }

  /** The last before a place that changed a name, in the same session or step. */
  lastChange(name: string, before: number, step: StepFinished | null): Execution | undefined {
    return this.#changing.get(name)?.findLast((one) => one.index < before && one.step === step);
  }
}

/** What the graph is made from. */
export type WhySource = Pick<LogReader, "root" | "runs">;

export interface WhyBuilderOptions {
  /** Whether files are followed into the runs that wrote them. Default: true. */
  readonly acrossRuns?: boolean;
  /** What ran, by run: shared by the graphs of one question. */
  readonly ran?: Map<string, RunExecutions>;
}

/** Walks from an effect to its causes, through one run and, by files, into the runs that wrote them. */
export class WhyBuilder {
  readonly #source: WhySource;
  readonly #nodes = new Map<string, WhyNode>();
  readonly #edges: WhyEdge[] = [];
  /** From each node to those that came of it. */
  readonly #effects = new Map<string, Set<string>>();
  readonly #cellIds = new Map<Execution, string>();
  /** By run: a record may be read twice, and its executions must be the same. */
  readonly #executions: Map<string, RunExecutions>;
  readonly #acrossRuns: boolean;
  /** The execution behind each node of kind `cell`. */
  readonly #ran = new Map<string, Execution>();
  /** Executions whose causes are still to be followed. */
  readonly #pending: Execution[] = [];

  constructor(source: WhySource, { acrossRuns = true, ran = new Map() }: WhyBuilderOptions = {}) {
    this.#source = source;
    this.#executions = ran;
    this.#acrossRuns = acrossRuns;
  }

  finish(target: string): WhyResult {
    // Following one brings others, which stand behind it.
    for (let at = 0; at < this.#pending.length; at += 1) {
      const next = this.#pending[at];
      if (next !== undefined) this.#follow(next);
    }
    this.#pending.length = 0;
    return { target, nodes: [...this.#nodes.values()], edges: [...this.#edges] };
  }

  executions(record: RunRecord): readonly Execution[] {
    return this.#ranIn(record).all;
  }

  steps(record: RunRecord): readonly StepFinished[] {
    return this.#ranIn(record).steps;
  }

  #ranIn(record: RunRecord): RunExecutions {
    let executions = this.#executions.get(record.run);
    if (!executions) {
      executions = new RunExecutions(record);
      this.#executions.set(record.run, executions);
    }
    return executions;
  }

  /** The metric's last value in the run. */
  metric(record: RunRecord, name: string): string {
    const [execution, point] = this.#ranIn(record).lastPoint(name) ?? [];
    const id = this.#node({
      id: `metric:${name}@${record.run}`,
      kind: "metric",
      label: name,
      value: point?.value,
      run: record.run,
      ...notebookOf(record),
    });
    if (execution) this.#edge(this.cell(execution), id);
    return id;
  }

  /** A model's version: the values that it captured, and the cell that registered it. */
  model(record: RunRecord, registered: RegisteredInRun): string {
    const { model, version, number, cellId, artifacts, metrics } = registered.event;
    const numbers = Object.entries(metrics).map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`);
    const id = this.#node({
      id: `model:${model}@${version}`,
      kind: "model",
      label: model,
      hash: version,
      value: number,
      run: record.run,
      ...(cellId === null ? {} : { cellId }),
      ...notebookOf(record),
      ...(numbers.length > 0 ? { detail: numbers.join(", ") } : {}),
    });
    const execution = this.#registering(record, registered);
    if (execution === undefined) return id;
    for (const { name, hash, summary } of artifacts) {
      // A step's input is that artifact itself.
      const source = this.#sourceOf(execution, name, execution.index + 1);
      const artifact = `artifact:${name}@${hash}`;
      const value = this.#node({ id: artifact, kind: "artifact", label: name, hash, run: record.run, detail: summary });
      if (source !== null && source !== value) this.#edge(source, value);
      this.#edge(value, id);
    }
    this.#edge(this.cell(execution), id);
    return id;
  }

  /** A deployment, with the version that it answers with. */
  deployment(change: DeploymentChanged, version: FoundVersion | null): string {
    const { deployment, alias, url } = change;
    const id = this.#node({
      id: `deployment:${deployment}`,
      kind: "deployment",
      label: deployment,
      detail: [change.change === "switched" ? "started" : change.change, alias === null ? "" : `follows ${alias}`, url]
        .filter((part) => part !== "")
        .join(", "),
    });
    if (version !== null) this.#edge(this.model(version.record, version.registered), id);
    return id;
  }

  /** A request that was answered, with the version that answered it. */
  request(served: RequestServed, version: FoundVersion | null): string {
    const { at, status, rows, bodyHash } = served;
    const id = this.#node({
      id: `request:${served.id}`,
      kind: "request",
      label: `request ${served.id}`,
      hash: bodyHash,
      detail: `${at.replace("T", " ").slice(0, 19)}, ${rows} ${rows === 1 ? "row" : "rows"}, status ${status}`,
    });
    if (version !== null) this.#edge(this.model(version.record, version.registered), id);
    return id;
  }

  /** Told by its cell's id, or as the next cell of the session that ended. */
  #registering(record: RunRecord, { event, cellsBefore, stepsBefore }: RegisteredInRun): Execution | undefined {
    const all = this.executions(record);
    const step = this.#ranIn(record)
      .steps.slice(stepsBefore)
      .find(({ cells }) => cells.some(({ cellId }) => cellId === event.cellId));
    if (step !== undefined) return all.findLast((one) => one.step === step && one.trace.cellId === event.cellId);
    return all.find(({ index, step: of }) => of === null && index === cellsBefore);
  }

  cell(execution: Execution): string {
    const known = this.#cellIds.get(execution);
    if (known !== undefined) return known;
    const { record, trace, count, step } = execution;
    const id = step
      ? `cell:${record.run}/${step.step}/${step.cells.indexOf(trace) + 1}`
      : `cell:${record.run}/${count ?? 0}`;
    this.#cellIds.set(execution, id);
    if (this.#nodes.has(id)) return id;
    // Ids that a program gave mean nothing; a person's own may be words.
    const shortId = trace.cellId !== null && trace.cellId.length > 20 ? trace.cellId.slice(0, 8) : trace.cellId;
    const detail = describeCell(trace);
    this.#node({
      id,
      kind: "cell",
      label: step ? `step ${step.step}${shortId ? `, cell ${shortId}` : ""}` : `cell [${count ?? "?"}]`,
      hash: trace.sourceHash,
      run: record.run,
      ...(trace.cellId === null ? {} : { cellId: trace.cellId }),
      ...(step ? { step: step.step } : {}),
      ...notebookOf(record),
      ...(detail ? { detail } : {}),
    });
    this.#ran.set(id, execution);
    this.#pending.push(execution);
    return id;
  }

  /** Ids of the nodes that came of one, as far as is known yet. */
  effectsOf(id: string): Iterable<string> {
    return this.#effects.get(id) ?? [];
  }

  /** What ran, by the id of its node. */
  execution(id: string): Execution | undefined {
    return this.#ran.get(id);
  }

  /** A file, with whoever wrote these bytes; `before` is the execution that read it. */
  file(use: Pick<FileUse, "path" | "sha256">, before: Execution | null): string {
    if (this.#nodes.has(fileId(use))) return fileId(use);
    const id = this.#fileNode(use);
    const writer = this.#writerOfFile(use, before);
    if (writer) this.#edge(this.cell(writer), id);
    return id;
  }

  /** A file as an execution left it. */
  written(use: Pick<FileUse, "path" | "sha256">, by: Execution): string {
    const id = this.#fileNode(use);
    this.#edge(this.cell(by), id);
    return id;
  }

  /** A value that one step handed on to others. */
  artifact(record: RunRecord, use: ArtifactUse, before: StepFinished | null): string {
    const id = `artifact:${use.name}@${use.hash}`;
    if (this.#nodes.has(id)) return id;
    this.#node({ id, kind: "artifact", label: use.name, hash: use.hash, run: record.run, detail: use.summary });
    const { steps } = this.#ranIn(record);
    const limit = before ? steps.indexOf(before) : steps.length;
    const makers = steps
      .slice(0, limit)
      .filter((step) => step.outputs.some((output) => output.name === use.name && output.hash === use.hash));
    // A step may hand on what it was given: whose cell changed the name made it.
    const execution = this.executions(record).findLast(
      ({ step, trace }) => step !== null && makers.includes(step) && changes(trace, use.name),
    );
    const maker = makers[0];
    if (execution) this.#edge(this.cell(execution), id);
    else if (maker) this.#edge(this.#step(record, maker), id);
    return id;
  }

  run(record: RunRecord): string {
    const id = this.#node({
      id: `run:${record.run}`,
      kind: "run",
      label: `run ${record.run}`,
      run: record.run,
      ...notebookOf(record),
    });
    const names = [...new Set(this.executions(record).flatMap(({ trace }) => trace.metrics.map(({ name }) => name)))];
    for (const name of names) this.#edge(this.metric(record, name), id);
    if (names.length === 0) for (const execution of this.executions(record)) this.#edge(this.cell(execution), id);
    return id;
  }

  #follow(execution: Execution): void {
    const { trace } = execution;
    const id = this.cell(execution);
    // What a cell changes in place it has had before, read or not.
    const needs = new Set([...trace.reads, ...trace.mutates.filter((name) => !trace.writes.includes(name))]);
    for (const name of needs) {
      const source = this.#sourceOf(execution, name);
      if (source) this.#edge(source, id);
    }
    for (const param of trace.params) this.#edge(this.#param(execution, param), id);
    for (const file of trace.files) if (file.mode === "read") this.#edge(this.file(file, execution), id);
  }

  /** Where the value of a name came from, or null for what is part of the code (a hoisted function, an import). */
  #sourceOf(execution: Execution, name: string, before: number = execution.index): string | null {
    const { record, step } = execution;
    const writer = this.#ranIn(record).lastChange(name, before, step);
    // `const units = param("units", …)`: what else that cell declares is not its affair.
    const param = writer?.trace.params.find((candidate) => candidate.name === name);
    if (writer && param && !writer.trace.mutates.includes(name)) return this.#param(writer, param);
    if (writer) {
      const cell = this.cell(writer);
      const id = this.#node({
        id: `variable:${name}@${cell.slice("cell:".length)}`,
        kind: "variable",
        label: name,
        run: record.run,
        ...describeVariable(writer.trace, name),
      });
      this.#edge(cell, id);
      return id;
    }
    const input = step?.inputs.find((use) => use.name === name);
    if (step && input) return this.artifact(record, input, step);
    const params = record.started?.params ?? {};
    return step && Object.hasOwn(params, name) ? this.#param(execution, { name, value: params[name] }) : null;
  }

  #param(
    { record, trace }: Execution,
    { name, value, description }: Pick<ParamUse, "name" | "value"> & Partial<ParamUse>,
  ): string {
    // A session may give a param one value now and another later.
    const id =
      record.cells.length > 0 ? `param:${name}=${JSON.stringify(value)}@${record.run}` : `param:${name}@${record.run}`;
    return this.#node({
      id,
      kind: "param",
      label: name,
      value,
      run: record.run,
      ...(trace.cellId === null ? {} : { cellId: trace.cellId }),
      ...notebookOf(record),
      ...(description ? { detail: description } : {}),
    });
  }

  #step(record: RunRecord, step: StepFinished): string {
    const id = this.#node({
      id: `step:${record.run}/${step.step}`,
      kind: "step",
      label: `step ${step.step}`,
      run: record.run,
      step: step.step,
      ...notebookOf(record),
    });
    for (const input of step.inputs) this.#edge(this.artifact(record, input, step), id);
    return id;
  }

  #fileNode(use: Pick<FileUse, "path" | "sha256">): string {
    const inside = relative(this.#source.root, use.path);
    const label = inside.startsWith("..") ? use.path : inside;
    const hash = use.sha256 === null ? {} : { hash: use.sha256 };
    return this.#node({ id: fileId(use), kind: "file", label, path: use.path, ...hash });
  }

  #writerOfFile(use: Pick<FileUse, "path" | "sha256">, before: Execution | null): Execution | null {
    const wrote = ({ trace }: Execution): boolean =>
      trace.files.some(
        (file) =>
          file.mode === "write" &&
          file.path === use.path &&
          (file.sha256 === use.sha256 || file.sha256 === null || use.sha256 === null),
      );
    const here =
      before &&
      this.executions(before.record).findLast((candidate) => candidate.index < before.index && wrote(candidate));
    if (here) return here;
    // In another run only equal bytes prove that it is the same file.
    if (use.sha256 === null) return null;
    if (!this.#acrossRuns) return null;
    for (const record of this.#source.runs(keyOf("write", use.path, use.sha256.slice(0, HASH_DIGITS)))) {
      if (before !== null && compareHlc(record.hlc, before.record.hlc) >= 0) continue;
      const found = this.executions(record).findLast(({ trace }) =>
        trace.files.some((file) => file.mode === "write" && file.path === use.path && file.sha256 === use.sha256),
      );
      if (found) return found;
    }
    return null;
  }

  #node(node: WhyNode): string {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
    return node.id;
  }

  #edge(from: string, to: string): void {
    const effects = this.#effects.get(from);
    if (effects === undefined) this.#effects.set(from, new Set([to]));
    else if (effects.has(to)) return;
    else effects.add(to);
    this.#edges.push({ from, to });
  }
}

function fileId({ path, sha256 }: Pick<FileUse, "path" | "sha256">): string {
  return `file:${path}@${sha256 ?? "unknown"}`;
}

function changes(trace: CellTrace, name: string): boolean {
  return trace.writes.includes(name) || trace.mutates.includes(name);
}

function notebookOf(record: RunRecord): { readonly notebook?: string } {
  const notebook = record.started?.notebook;
  return notebook == null ? {} : { notebook };
}

function describeVariable(trace: CellTrace, name: string): { readonly detail?: string } {
  const table = trace.tables.find((candidate) => candidate.name === name);
  return table ? { detail: `${table.rows} rows × ${table.columns.length} columns` } : {};
}

function describeCell(trace: CellTrace): string {
  const parts = trace.fits.map(({ epochs, optimizer, parameters }) => {
    const details = [`${epochs} epochs`, optimizer, parameters === null ? null : `${parameters} parameters`].filter(
      (part) => part !== null,
    );
    return `fit ${details.join(", ")}`;
  });
  const wrote = trace.files.filter(({ mode }) => mode === "write").map(({ path }) => basename(path));
  if (wrote.length > 0) parts.push(`wrote ${wrote.join(", ")}`);
  if (trace.error) parts.push(`failed: ${trace.error.name}`);
  return parts.join("; ");
}
