import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FoldedLog } from "../../lineage/folded-log.js";
import { type LineageLog, openLog } from "../../lineage/open-log.js";
import { checkDrift } from "../../monitor/check-drift.js";
import { modelReference } from "../../monitor/model-reference.js";
import { checkParams } from "../../pipeline/run/check-params.js";
import { loadProgram } from "../../pipeline/run/load-program.js";
import { runFiles, shortPath } from "../../pipeline/run/run-files.js";
import { moveAlias, openRegistry, type Registry, rollback, UnknownModelError } from "../../registry/index.js";
import {
  addSchedule,
  findSchedule,
  localTimeZone,
  removeSchedule,
  setPaused,
  UnknownScheduleError,
} from "../../schedule/index.js";
import {
  DeploymentConflictError,
  deploy,
  removeDeployment,
  restartDeployment,
  startDeployment,
  stopDeployment,
  UnknownDeploymentError,
} from "../../serve/deploy/index.js";
import { ServiceError, type ServiceErrorCode } from "../errors.js";
import { fromRoot } from "../from-root.js";
import type { DriftReply, ReportReply } from "../operations-api.js";
import type { Projects } from "../projects.js";
import { told } from "../told.js";
import { OperationsFold } from "./operations-fold.js";
import type { OperationsPort } from "./operations-port.js";
import { previewCron } from "./preview-cron.js";
import { type ProjectSources, readOperations, toDriftStatus } from "./read-operations.js";

export interface CreateOperationsOptions {
  /** Jupyter's root folder, absolute. */
  readonly jupyterRoot: string;
  readonly projects: Projects;
  /** Compiles a notebook beforehand, elsewhere, so that the service answers meanwhile. */
  readonly prepare?: (notebook: string, projectRoot: string) => Promise<void>;
  readonly now?: () => Date;
}

/** The real rooms behind the routes of operations-api.ts. */
export function createOperations(options: CreateOperationsOptions): OperationsPort {
  const { jupyterRoot, projects, prepare = async () => {}, now = () => new Date() } = options;
  const opened = new Map<string, { readonly log: FoldedLog<OperationsFold>; readonly registry: Registry }>();

  const rootOf = async (notebook: string): Promise<string> => (await projects.reader(notebook)).root;
  const sourcesOf = async (notebook: string | null): Promise<ProjectSources> => {
    const reader = await projects.reader(notebook);
    const { root } = reader;
    const found = opened.get(root) ?? {
      log: new FoldedLog(reader, OperationsFold.kinds, (of) => new OperationsFold(of)),
      registry: openRegistry(reader),
    };
    opened.set(root, found);
    return { jupyterRoot, reader, registry: found.registry, fold: found.log.current() };
  };

  return {
    async read(notebook) {
      return readOperations(await sourcesOf(notebook), now());
    },

    async addSchedule(notebook, { cron, timeZone = localTimeZone(), name, params = {} }) {
      const root = await rootOf(notebook);
      await previewCron(cron, timeZone, now());
      await prepare(notebook, root).catch(() => {});
      const path = shortPath(root, notebook);
      const { program } = await told("notebook-unreadable", () => loadProgram(notebook, path, runFiles(root)));
      const error = program.diagnostics.find(({ severity }) => severity === "error");
      if (error !== undefined)
        throw new ServiceError("not-compiled", `Cannot schedule the notebook: ${error.code} ${error.message}`);
      await told("bad-params", () => checkParams(program.plan.params, params));
      const texts = Object.entries(params).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const draft = { notebook: path, cron, timeZone, params: Object.fromEntries(texts) };
      const named = name === undefined || name === "" ? draft : { ...draft, name };
      return (await told("catalog-unreadable", () => addSchedule(root, named, now()))).id;
    },

    async changeSchedule(notebook, id, word) {
      const root = await rootOf(notebook);
      await explained(() =>
        word === "remove" ? removeSchedule(root, id) : setPaused(root, id, word === "pause", now()),
      );
    },

    async scheduledRun(notebook, id) {
      const root = await rootOf(notebook);
      const schedule = await explained(() => findSchedule(root, id));
      return { notebook: resolve(root, schedule.notebook), params: schedule.params };
    },

    async promote(notebook, model, { version, alias, reason }) {
      const more = { ...(alias === undefined ? {} : { alias }), reason: reason ?? null };
      await withLog(await rootOf(notebook), (log) =>
        moveAlias(log, model, version === undefined ? undefined : String(version), more),
      );
    },

    async rollback(notebook, model, { alias, reason }) {
      const more = { ...(alias === undefined ? {} : { alias }), reason: reason ?? null };
      await withLog(await rootOf(notebook), (log) => rollback(log, model, more));
    },

    async deploy(notebook, { model, pick, name, port }) {
      const request = pick === undefined || pick === "" ? model : `${model}@${pick}`;
      const root = await rootOf(notebook);
      const { deployment } = await explained(() => deploy(root, request, { name, port, now }));
      return deployment.name;
    },

    async changeDeployment(notebook, name, word) {
      const root = await rootOf(notebook);
      const change = {
        stop: stopDeployment,
        start: startDeployment,
        restart: restartDeployment,
        remove: removeDeployment,
      };
      await explained(() => change[word](root, name, now()));
    },

    async checkDrift(notebook, { model, version, current }): Promise<DriftReply> {
      const sources = await sourcesOf(notebook);
      const { root } = sources.reader;
      // An unknown model is told as such, before any file is looked at.
      await explained(() => sources.registry.find(model, version === undefined ? undefined : String(version)));
      const name = version === undefined ? model : `${model}@${version}`;
      const reference = { kind: "model", name, load: modelReference(root) } as const;
      try {
        const { onlyInReference, onlyInCurrent } = await checkDrift({ reference, current, root });
        const after = await sourcesOf(notebook);
        const check = after.fold.drift.newest(model);
        if (check === null) throw new Error("Cannot find the drift check that was just written");
        const drift = toDriftStatus(after, check, after.registry.versions(model));
        return { model, drift, onlyInReference, onlyInCurrent };
      } catch (error) {
        throw asSentence("not-comparable", error);
      }
    },

    async report(notebook, run, target): Promise<ReportReply> {
      const root = await rootOf(notebook);
      const { createReport } = await import("../../report/create-report.js");
      const { html, summary } = await createReport({ root, run, notebook }).catch((error: unknown) => {
        throw asSentence("run-missing", error);
      });
      const stem = basename(notebook).replace(/\.ipynb$/i, "");
      const path = "file" in target ? target.file : join(target.folder, `${stem}-${summary.run}.html`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, html);
      const { title, bytes, warnings } = summary;
      return { run: summary.run, title, path: fromRoot(jupyterRoot, path) ?? path, bytes, warnings };
    },
  };
}

async function withLog(root: string, work: (log: LineageLog) => Promise<unknown>): Promise<void> {
  await explained(async () => {
    const log = openLog(root);
    try {
      await work(log);
    } finally {
      await log.close();
    }
  });
}

/** What a person named that is not there, or may not be, becomes an answer with a code. */
async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === null || !(error instanceof Error)) throw error;
    throw new ServiceError(code, error.message, { cause: error });
  }
}

function codeOf(error: unknown): ServiceErrorCode | null {
  if (error instanceof UnknownModelError) return "model-missing";
  if (error instanceof UnknownScheduleError) return "schedule-missing";
  if (error instanceof UnknownDeploymentError) return "deployment-missing";
  if (error instanceof DeploymentConflictError) return error.what === "port" ? "port-taken" : "name-taken";
  if (error instanceof RangeError) return "bad-request";
  return error instanceof Error && error.name === "UsageError" ? "catalog-unreadable" : null;
}

/** Errors that are meant for the person are a sentence. */
function asSentence(code: ServiceErrorCode, error: unknown): unknown {
  const isSentence = error instanceof Error && error.message.startsWith("Cannot ");
  return isSentence ? new ServiceError(code, error.message, { cause: error }) : error;
}
