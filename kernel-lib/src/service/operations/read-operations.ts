import { resolve } from "node:path";
import type { DriftChecked } from "../../lineage/events.js";
import type { LogReader } from "../../lineage/reader.js";
import { tracesOf } from "../../lineage/runs.js";
import type { ModelVersion, Registry } from "../../registry/registry.js";
import { isServiceAlive, nextRuns, readSchedules, type ScheduleState, scheduleStates } from "../../schedule/index.js";
import { type DeploymentState, deploymentStates, readDeployments } from "../../serve/deploy/index.js";
import { fromRoot } from "../from-root.js";
import type {
  AliasStatus,
  DeploymentStatus,
  DriftStatus,
  ModelStatus,
  ModelVersionStatus,
  OperationsReply,
  ScheduleStatus,
} from "../operations-api.js";
import type { OperationsFold } from "./operations-fold.js";

/** What is known of one project, up to date. */
export interface ProjectSources {
  /** Jupyter's root folder: paths are told from there. */
  readonly jupyterRoot: string;
  readonly reader: LogReader;
  readonly registry: Registry;
  readonly fold: OperationsFold;
}

/** How a project's schedules, models and deployments stand. What cannot be read is told as a problem; the rest is there. */
export function readOperations(sources: ProjectSources, now: Date): OperationsReply {
  const { reader, registry, fold } = sources;
  const { root } = reader;
  const problems = new Set(registry.problems());
  const attempt = <T>(read: () => readonly T[]): readonly T[] => {
    try {
      return read();
    } catch (error) {
      problems.add(error instanceof Error ? error.message : String(error));
      return [];
    }
  };
  const schedules = attempt(() =>
    scheduleStates(root, readSchedules(root), now, { fold: fold.schedules, reader }).map((state) =>
      toScheduleStatus(sources, state, now),
    ),
  );
  const deployments = attempt(() =>
    deploymentStates(root, readDeployments(root), fold.deployments, registry).map(toDeploymentStatus),
  );
  const versions = registry.versions();
  const models = [...new Set(versions.map(({ model }) => model))].map((model) =>
    toModelStatus(
      sources,
      model,
      versions.filter((version) => version.model === model),
    ),
  );
  return { service: isServiceAlive(root), schedules, models, deployments, problems: [...problems] };
}

function toScheduleStatus(sources: ProjectSources, state: ScheduleState, now: Date): ScheduleStatus {
  const { schedule, last, missed } = state;
  const { id, name = null, notebook, cron, timeZone, params, paused } = schedule;
  const next = paused ? [] : nextRuns(schedule, now, 3).map((moment) => moment.toISOString());
  return { id, name, notebook: told(sources, notebook), cron, timeZone, params, paused, next, last, missed };
}

function toModelStatus(sources: ProjectSources, model: string, own: readonly ModelVersion[]): ModelStatus {
  const drift = sources.fold.drift.newest(model);
  const versions = own.map((version) => toVersionStatus(sources, version)).reverse();
  return {
    model,
    versions,
    aliases: aliasesOf(sources.registry, model, own),
    drift: drift === null ? null : toDriftStatus(sources, drift, own),
    suggestedCurrent: suggestCurrent(sources, drift, own),
  };
}

function toVersionStatus(sources: ProjectSources, version: ModelVersion): ModelVersionStatus {
  const { number, id, createdAt, author, run, notebook, target, metrics, aliases, reference } = version;
  return {
    ...{ number, id, createdAt, author, run, target, metrics, aliases },
    notebook: notebook === null ? null : told(sources, notebook),
    hasReference: reference !== null,
  };
}

function aliasesOf(registry: Registry, model: string, own: readonly ModelVersion[]): readonly AliasStatus[] {
  const numberOf = (id: string | null): number | null => own.find((version) => version.id === id)?.number ?? null;
  return registry.aliases(model).flatMap(({ alias, version, before, moved }) => {
    const number = numberOf(version);
    if (number === null) return [];
    const { author, event } = moved;
    return [{ alias, number, before: numberOf(before), movedAt: event.at, author, reason: event.reason }];
  });
}

/** A drift check of a model, as the log has it. */
export function toDriftStatus(
  sources: Pick<ProjectSources, "jupyterRoot" | "reader">,
  check: DriftChecked,
  own: readonly ModelVersion[],
): DriftStatus {
  const { at, version, current, features } = check;
  return {
    at,
    number: own.find(({ id }) => id === version)?.number ?? null,
    current: told(sources, current.path) ?? resolve(sources.reader.root, current.path),
    rows: current.rows,
    drifted: features.some(({ drifted }) => drifted),
    features,
  };
}

function toDeploymentStatus(state: DeploymentState): DeploymentStatus {
  const { deployment, status, number, version, url, since, requests, error } = state;
  const { name, model, follows, tokenSha256 } = deployment;
  return { name, model, follows, status, number, version, url, hasToken: tokenSha256 !== null, since, requests, error };
}

const ROWS = /\.(?:json|jsonl|ndjson|csv|arrow)$/i;

function suggestCurrent(
  sources: ProjectSources,
  drift: DriftChecked | null,
  own: readonly ModelVersion[],
): string | null {
  if (drift !== null) {
    const last = told(sources, drift.current.path);
    if (last !== null) return last;
  }
  const record = sources.reader.record(own.at(-1)?.run ?? "");
  const files = record === undefined ? [] : tracesOf(record).flatMap(({ files }) => files);
  const read = files.find(({ path, mode }) => mode === "read" && ROWS.test(path) && told(sources, path) !== null);
  return read === undefined ? null : told(sources, read.path);
}

/** A path of the project's log as Jupyter's page names it; null where it lies outside of Jupyter's root. */
function told({ jupyterRoot, reader }: Pick<ProjectSources, "jupyterRoot" | "reader">, path: string): string | null {
  return fromRoot(jupyterRoot, resolve(reader.root, path));
}
