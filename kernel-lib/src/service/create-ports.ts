import { dirname, join } from "node:path";
import type { LogReader } from "../lineage/reader.js";
import type { RunRecord } from "../lineage/run-record.js";
import { activeRuns, listRunsGently } from "../lineage/runs.js";
import { UnknownNameError } from "../lineage/unknown-name-error.js";
import type { Plan } from "../pipeline/compile/plan.js";
import type { RunDocument } from "../pipeline/run/run-document.js";
import { readJson, runFiles } from "../pipeline/run/run-files.js";
import type { ActiveRun, ExportReply, FactsReply, RunCodeReply, RunSummary, WhyReply } from "./api.js";
import { CompilerThread } from "./compiler-thread.js";
import { documentFromLog } from "./document-from-log.js";
import { ServiceError } from "./errors.js";
import { factsReply } from "./facts-reply.js";
import { fromRoot } from "./from-root.js";
import { observedIn } from "./observed-in.js";
import { createOperations } from "./operations/create-operations.js";
import type { ServicePorts } from "./ports.js";
import { notebookPath, Projects } from "./projects.js";
import { told } from "./told.js";

export interface PortOptions {
  /** Jupyter's root folder, absolute. */
  readonly root: string;
  /** Told of each project's root when somebody first asks about it. */
  readonly onProject?: (root: string) => void;
}

/** The real rooms behind the service. Each is loaded at its first use, so that the service itself starts at once. */
export function createPorts({ root, onProject = () => {} }: PortOptions): ServicePorts {
  const projects = new Projects(root, onProject);
  const compiler = new CompilerThread();
  const readersOf = async (notebook: string | null): Promise<readonly LogReader[]> =>
    notebook === null ? [await projects.reader(null), ...(await projects.all())] : [await projects.reader(notebook)];
  return {
    async facts(notebook, request): Promise<FactsReply> {
      const folder = dirname(notebook);
      if (request.speed !== "bind") {
        const facts = await compiler.facts(folder, request.cells);
        const { reader, name } = await projects.place(notebook);
        return { ...factsReply(request, facts), ...observedIn(request, { facts, reader, name }) };
      }
      // Names take a millisecond a cell: they never wait for types.
      const { notebookFacts } = await import("../analyze/index.js");
      return factsReply(request, notebookFacts(request.cells, { folder, speed: "bind" }));
    },
    async run(notebook, options): Promise<RunDocument> {
      // Compiled by the thread that knows the notebook already; the run takes it from the project's cache.
      const { reader } = await projects.place(notebook);
      await compiler.prepare(notebook, reader.root).catch(() => {});
      if (options.signal.aborted)
        throw new ServiceError("run-over", "Cannot run the notebook: it was cancelled before it began.");
      const { runPipeline } = await import("../pipeline/run/run-pipeline.js");
      return told("bad-params", () => runPipeline({ notebookPath: notebook, ...options }));
    },
    operations: createOperations({
      ...{ jupyterRoot: root, projects },
      prepare: (notebook, projectRoot) => compiler.prepare(notebook, projectRoot),
    }),
    close: () => compiler.close(),
    exportTo,
    async listRuns(notebook): Promise<readonly RunSummary[]> {
      if (notebook === null) return listRunsGently(await projects.reader(null));
      const { reader, name } = await projects.place(notebook);
      return listRunsGently(reader, { notebook: name });
    },
    async readRun(run, notebook): Promise<RunDocument | null> {
      const readers = await readersOf(notebook);
      for (const reader of readers) {
        const document = await readDocument(reader, run);
        if (document !== null) return document;
      }
      return null;
    },
    async runCode(run, notebook): Promise<RunCodeReply | null> {
      const readers = await readersOf(notebook);
      const record = readers.map((reader) => reader.record(run)).find((found) => found !== undefined);
      return record === undefined ? null : codeOf(record);
    },
    async activeRuns(): Promise<readonly ActiveRun[]> {
      return (await projects.all()).flatMap((reader) =>
        activeRuns(reader).map(({ run, notebook, startedAt }) => ({
          run,
          notebook: notebook === null ? null : fromRoot(root, notebookPath(reader, notebook)),
          startedAt,
        })),
      );
    },
    async why(name, notebook): Promise<WhyReply> {
      const { why } = await import("../lineage/why.js");
      const place = notebook === null ? null : await projects.place(notebook);
      try {
        const { nodes, edges } = why(
          place?.reader ?? (await projects.reader(null)),
          name,
          place === null ? {} : { notebook: place.name },
        );
        return { nodes, edges };
      } catch (error) {
        if (error instanceof UnknownNameError) throw new ServiceError("nothing-known", error.message, { cause: error });
        throw error;
      }
    },
  };
}

async function exportTo(notebook: string, name: "node", out: string): Promise<ExportReply> {
  const { EXPORT_TARGETS, exportNotebook } = await import("../export/index.js");
  const target = EXPORT_TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new ServiceError("bad-request", `Cannot export to ${String(name)}: no such target`);
  const document = await told("bad-request", () => exportNotebook(target, { notebookPath: notebook, out }));
  const error = document.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (error !== undefined) throw new ServiceError("not-compiled", `Cannot export the notebook: ${error.message}`);
  return { out: document.out, files: document.files, warnings: document.warnings };
}

function codeOf(record: RunRecord): RunCodeReply {
  return {
    steps: Object.fromEntries(
      record.steps.map(({ step, cells }) => [
        step,
        Object.fromEntries(
          cells.flatMap(({ cellId, canonicalHash }) => (cellId === null ? [] : [[cellId, canonicalHash]])),
        ),
      ]),
    ),
  };
}

/** As the run itself wrote it at its end, else as far as the log tells. */
async function readDocument(reader: LogReader, run: string): Promise<RunDocument | null> {
  const written = readJson(join(runFiles(reader.root).run(run), "run.json"));
  // Written whole by the run, of this version's form.
  if (written !== null) return written as RunDocument;
  const record = reader.record(run);
  if (record === undefined) return null;
  const isLive = reader.isLive(record);
  const notebook = record.started?.notebook ?? null;
  const plan = notebook === null || !isLive ? null : await readPlan(reader, notebook);
  return documentFromLog(record, plan, isLive);
}

/** The plan of a notebook as it lies on disk; null where it does not compile any more. */
async function readPlan(reader: LogReader, notebook: string): Promise<Plan | null> {
  const { loadProgram } = await import("../pipeline/run/load-program.js");
  return loadProgram(notebookPath(reader, notebook), notebook, runFiles(reader.root)).then(
    ({ program }) => program.plan,
    () => null,
  );
}
