import { PathExt } from "@jupyterlab/coreutils";
import { NotebookActions, type NotebookPanel, type Notebook as NotebookWidget } from "@jupyterlab/notebook";
import { type ISignal, Signal } from "@lumino/signaling";
import type { Notebook } from "tagline/notebook";
import { compilePipeline } from "tagline/pipeline/compile";
import type { CellFacts, Compiled, Fix, RunSummary } from "tagline/service/api";
import { OperationsClient } from "../client/operations-client.js";
import type { ServiceClient } from "../client/service-client.js";
import { Drafts } from "./drafts.js";
import { applyFix } from "./edit-tags.js";
import { FactsFeed } from "./facts-feed.js";
import { OperationsFeed } from "./operations-feed.js";
import { changeOption, readOpenNotebook, readTags, writeTags } from "./read-cells.js";
import { RunFeed } from "./run-feed.js";
import { codeOfSteps } from "./step-code.js";

/** Name of the kernelspec that `tagline lab` installs. */
const KERNEL_NAME = "tagline";
const READ_AFTER_MS = 30;

/** One open notebook as a pipeline: what its cells compile to, and the run it has. */
export class NotebookPipeline {
  readonly panel: NotebookPanel;
  readonly runs: RunFeed;
  /** Schedules, models, deployments and drift of its project. */
  readonly operations: OperationsFeed;
  readonly drafts = new Drafts();
  readonly #client: ServiceClient;
  readonly #changed = new Signal<this, void>(this);
  readonly #feed: FactsFeed;
  #notebook: Notebook;
  #signature = "";
  #facts: ReadonlyMap<string, CellFacts> = new Map();
  #compiled: Compiled | null = null;
  #refused: string | null = null;
  #params: Readonly<Record<string, unknown>> = {};
  #selected: string | null = null;
  #redraw = 0;
  #reading: number | null = null;
  #disposed = false;

  constructor(panel: NotebookPanel, client: ServiceClient) {
    this.panel = panel;
    this.#client = client;
    this.#notebook = { path: panel.context.path, cells: [], settings: {}, language: null };
    this.#feed = new FactsFeed({
      ask: (request) => client.facts(request),
      onNews: () => {
        this.#refused = null;
        this.#fold();
      },
      onRefused: (message) => {
        this.#refused = message;
        this.#tell();
      },
    });
    this.runs = new RunFeed(client, () => this.path);
    this.runs.changed.connect(this.#tell, this);
    this.operations = new OperationsFeed({ client: new OperationsClient(client, () => this.path) });
    this.operations.changed.connect(this.#tell, this);
    client.stateChanged.connect(this.#tell, this);
    panel.context.ready.then(
      () => this.#start(),
      () => {},
    );
    panel.disposed.connect(this.dispose, this);
  }

  /** Told at most once per frame. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Relative to Jupyter's root folder. */
  get path(): string {
    return this.panel.context.localPath;
  }

  get name(): string {
    return PathExt.basename(this.path, ".ipynb");
  }

  get isReady(): boolean {
    return this.#signature !== "";
  }

  get hasTaglineKernel(): boolean {
    const session = this.panel.sessionContext;
    const name =
      session.session?.kernel?.name ??
      kernelOf(this.panel.model?.getMetadata("kernelspec")) ??
      session.kernelPreference.name;
    return name === KERNEL_NAME;
  }

  get serviceState() {
    return this.#client.state;
  }

  /** A sentence of the service's, where it could not take the notebook. */
  get refused(): string | null {
    return this.#refused;
  }

  get notebook(): Notebook {
    return this.#notebook;
  }

  /** Those that `compiled` was made of. */
  get facts(): ReadonlyMap<string, CellFacts> {
    return this.#facts;
  }

  /** Null until the first facts are there. */
  get compiled(): Compiled | null {
    return this.#compiled;
  }

  /** Values for the next run, by name, where they differ from the defaults. */
  get params(): Readonly<Record<string, unknown>> {
    return this.#params;
  }

  set params(params: Readonly<Record<string, unknown>>) {
    this.#params = params;
    this.#tell();
  }

  /** The step whose detail is shown. */
  get selected(): string | null {
    return this.#selected;
  }

  set selected(step: string | null) {
    if (this.#selected === step) return;
    this.#selected = step;
    this.#tell();
  }

  /** Saves, if need be, and starts a run with the params set. */
  async run(): Promise<void> {
    await this.save();
    const known = new Set(this.#compiled?.plan.params.map((param) => param.name));
    const params = Object.fromEntries(Object.entries(this.#params).filter(([name]) => known.has(name)));
    const code = codeOfSteps(this.#compiled?.plan.steps ?? [], this.facts);
    await this.runs.start(params, code);
  }

  /** Saves what stands on the page, if that is not in the file yet: the service reads files. */
  async save(): Promise<void> {
    const { context } = this.panel;
    if (context.model.dirty) await context.save();
  }

  exportTo(out: string) {
    return this.#client.exportNotebook({ notebook: this.path, to: "node", out });
  }

  why(name: string) {
    return this.#client.why(name, this.path);
  }

  pastRuns(): Promise<readonly RunSummary[]> {
    return this.#client.runs(this.path).then((reply) => reply.runs);
  }

  pastRun(run: string) {
    return this.#client.run(run, this.path);
  }

  fix(fix: Fix): void {
    const model = Array.from(this.panel.model?.cells ?? []).find((cell) => cell.id === fix.cellId);
    if (model === undefined) return;
    writeTags(model, applyFix(readTags(model), fix));
    if (fix.option !== undefined) changeOption(model, fix.option);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#feed.close();
    if (this.#reading !== null) window.clearTimeout(this.#reading);
    this.runs.dispose();
    this.operations.dispose();
    Signal.clearData(this);
  }

  #start(): void {
    if (this.#disposed) return;
    this.panel.model?.contentChanged.connect(this.#readSoon, this);
    this.panel.sessionContext.kernelChanged.connect(this.#readAgain, this);
    this.panel.context.pathChanged.connect(this.#readAgain, this);
    NotebookActions.executed.connect(this.#onExecuted, this);
    this.#read();
    void this.runs.findLast();
  }

  #onExecuted(_: unknown, { notebook }: { readonly notebook: NotebookWidget }): void {
    if (notebook === this.panel.content && this.hasTaglineKernel) this.#feed.refresh();
  }

  /** Outputs that stream in are changes too, many a second: those of a moment are looked at together. */
  #readSoon(): void {
    this.#reading ??= window.setTimeout(() => {
      this.#reading = null;
      this.#read();
    }, READ_AFTER_MS);
  }

  #readAgain(): void {
    this.#signature = "";
    this.#read();
  }

  #read(): void {
    const { model } = this.panel;
    if (model === null || this.#disposed) return;
    const notebook = readOpenNotebook(this.path, model);
    const signature = JSON.stringify([
      notebook.path,
      notebook.settings,
      this.hasTaglineKernel,
      notebook.cells.map((cell) => [cell.id, cell.kind, cell.source, cell.tags, cell.options, cell.optionProblems]),
    ]);
    if (signature === this.#signature) return; // outputs alone changed
    this.#signature = signature;
    this.#notebook = notebook;
    if (this.hasTaglineKernel) {
      this.#feed.update(notebook);
      this.#fold(); // tags count at once, without asking anybody
    } else {
      this.#tell();
    }
  }

  #fold(): void {
    const facts = this.#feed.shelf.facts(this.#notebook.cells);
    const known = this.#notebook.cells.every((cell) => cell.kind !== "code" || facts.has(cell.id));
    // Between an edit and its facts the last graph stays: half a notebook would flicker.
    if (known) {
      this.#facts = facts;
      const { plan, diagnostics } = compilePipeline(this.#notebook, facts);
      const ids = new Set(this.#notebook.cells.map((cell) => cell.id));
      const observed = this.#feed.observed.filter(({ cellId }) => cellId === null || ids.has(cellId));
      this.#compiled = { plan, diagnostics: [...diagnostics, ...observed] };
    }
    this.#tell();
  }

  #tell(): void {
    if (this.#redraw !== 0 || this.#disposed) return;
    this.#redraw = window.requestAnimationFrame(() => {
      this.#redraw = 0;
      if (!this.#disposed) this.#changed.emit();
    });
  }
}

function kernelOf(kernelspec: unknown): string | undefined {
  if (typeof kernelspec !== "object" || kernelspec === null || !("name" in kernelspec)) return undefined;
  return typeof kernelspec.name === "string" ? kernelspec.name : undefined;
}
