import { dirname, join } from "node:path";
import type { LogReader } from "../lineage/reader.js";
import { listRuns } from "../lineage/runs.js";
import type { Plan } from "../pipeline/compile/plan.js";
import type { RunDocument } from "../pipeline/run/run-document.js";
import { readJson, runFiles } from "../pipeline/run/run-files.js";
import type { ActiveRun, ExportReply, FactsReply, FactsRequest, RunSummary, WhyReply } from "./api.js";
import { documentFromLog } from "./document-from-log.js";
import { ServiceError } from "./errors.js";
import { factsReply } from "./facts-reply.js";
import { fromRoot } from "./from-root.js";
import type { RunOptions, ServicePorts } from "./ports.js";
import { notebookPath, Projects } from "./projects.js";

/** The real rooms behind the service. Each is loaded at its first use, so that the service itself starts at once. */
export function createPorts({ root }: { readonly root: string }): ServicePorts {
  const projects = new Projects(root);
  return {
    facts,
    run,
    exportTo,
    async listRuns(notebook): Promise<readonly RunSummary[]> {
      if (notebook === null) return listRuns(projects.reader(null));
      const { reader, name } = projects.place(notebook);
      return listRuns(reader).filter((summary) => summary.notebook === name);
    },
    async readRun(run, notebook): Promise<RunDocument | null> {
      const readers = notebook === null ? [projects.reader(null), ...projects.all()] : [projects.reader(notebook)];
      for (const reader of readers) {
        const document = await readDocument(reader, run);
        if (document !== null) return document;
      }
      return null;
    },
    async activeRuns(): Promise<readonly ActiveRun[]> {
      return projects.all().flatMap((reader) =>
        listRuns(reader)
          .filter((summary) => summary.kind === "pipeline" && summary.status === "running")
          .map(({ run, notebook, startedAt }) => ({
            run,
            notebook: notebook === null ? null : fromRoot(root, notebookPath(reader, notebook)),
            startedAt,
          })),
      );
    },
    async why(name, notebook): Promise<WhyReply> {
      const { UnknownNameError, why } = await import("../lineage/why.js");
      const place = notebook === null ? null : projects.place(notebook);
      try {
        const { nodes, edges } = why(
          place?.reader ?? projects.reader(null),
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

async function facts(notebook: string, request: FactsRequest): Promise<FactsReply> {
  const { notebookFacts } = await import("../analyze/index.js");
  const found = notebookFacts(request.cells, { folder: dirname(notebook), speed: request.speed ?? "check" });
  return factsReply(request, found);
}

async function run(notebook: string, options: RunOptions): Promise<RunDocument> {
  const { runPipeline } = await import("../pipeline/run/run-pipeline.js");
  return told("bad-params", () => runPipeline({ notebookPath: notebook, ...options }));
}

async function exportTo(notebook: string, _target: "node", out: string): Promise<ExportReply> {
  const { exportNode } = await import("../export/export-node.js");
  const document = await told("bad-request", () => exportNode({ notebookPath: notebook, out }));
  const error = document.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (error !== undefined) throw new ServiceError("not-compiled", `Cannot export the notebook: ${error.message}`);
  return { out: document.out, files: document.files, warnings: document.warnings };
}

/** What a person did wrong becomes an answer with a code; all else stays an error of ours. */
async function told<T>(code: "bad-params" | "bad-request", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === "UsageError")
      throw new ServiceError(code, error.message, { cause: error });
    if (error instanceof Error && error.name === "NotebookError")
      throw new ServiceError("notebook-unreadable", error.message, { cause: error });
    throw error;
  }
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
