import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findProjectRoot, projectFiles } from "../lineage/project.js";
import type { Diagnostic } from "../pipeline/compile/plan.js";
import { checkParams } from "../pipeline/run/check-params.js";
import { parseParams } from "../pipeline/run/given-params.js";
import { shortPath } from "../pipeline/run/run-files.js";
import { runInTerminal } from "../pipeline/run/run-in-terminal.js";
import { runPipeline } from "../pipeline/run/run-pipeline.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import {
  addSchedule,
  checkTimeZone,
  findSchedule,
  formatMoment,
  isServiceAlive,
  localTimeZone,
  nextRuns,
  readCron,
  readSchedules,
  type Schedule,
  type ScheduleState,
  scheduleStates,
  schedulesOffHere,
} from "../schedule/index.js";
import { check, formatCheck } from "./check.js";
import type { CliStreams } from "./streams.js";
import { table } from "./table.js";

/** The flags of `tagline schedule add`, as typed. */
export interface ScheduleFlags {
  readonly cron: string;
  readonly tz?: string;
  readonly name?: string;
  readonly param: readonly string[];
}

/** What `tagline schedule add --json` prints. */
export interface AddedDocument {
  /** Null where the notebook has an error. */
  readonly schedule: Schedule | null;
  /** The next three moments, ISO 8601. */
  readonly next: readonly string[];
  /** A process lives that will fire it. */
  readonly service: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Adds a schedule, unless the check finds an error; `text` is for a person. */
export async function addToSchedules(
  notebook: string,
  flags: ScheduleFlags,
  now: Date = new Date(),
): Promise<{ readonly document: AddedDocument; readonly text: string }> {
  const timing = { cron: flags.cron, timeZone: flags.tz ?? localTimeZone() };
  readCron(timing.cron);
  checkTimeZone(timing.timeZone);
  const next = nextRuns(timing, now, 3);
  if (next.length === 0) throw new UsageError(`Cannot schedule "${timing.cron}": that moment never comes.`);
  const path = resolve(notebook);
  const root = findProjectRoot(dirname(path));
  const params = parseParams(flags.param);
  const isNew = !existsSync(projectFiles(root).folder);
  const { document, cellNumbers } = await check(path);
  // A service that watches a folder says so as soon as there is a project in it.
  const service = isServiceAlive(root) || (isNew && (await appearsWithin(1500, () => isServiceAlive(root))));
  if (document.diagnostics.some(({ severity }) => severity === "error")) {
    const text = `${formatCheck(document, cellNumbers)}Not scheduled: mend the errors first.\n`;
    return { document: { schedule: null, next: [], service, diagnostics: document.diagnostics }, text };
  }
  checkParams(document.graph.params, params);
  const name = flags.name === undefined ? {} : { name: flags.name };
  const schedule = await addSchedule(root, { ...name, notebook: shortPath(root, path), ...timing, params }, now);
  const lines = [
    `Scheduled ${schedule.id}: ${schedule.notebook}, "${schedule.cron}" in ${schedule.timeZone}`,
    ...next.map((moment) => `  ${formatMoment(moment, schedule.timeZone)}`),
    serviceLine(service),
  ];
  return {
    document: {
      schedule,
      next: next.map((moment) => moment.toISOString()),
      service,
      diagnostics: document.diagnostics,
    },
    text: `${lines.join("\n")}\n`,
  };
}

/** What `tagline schedule list --json` prints. */
export interface SchedulesDocument {
  readonly service: boolean;
  readonly schedules: readonly ScheduleState[];
  /** Ids of those that came with the catalog, and that nobody has resumed on this machine. */
  readonly offHere: readonly string[];
}

export function listSchedules(now: Date = new Date()): SchedulesDocument {
  const root = findProjectRoot();
  const schedules = scheduleStates(root, readSchedules(root), now);
  return { service: isServiceAlive(root), schedules, offHere: schedulesOffHere(root) };
}

export function formatSchedules({ schedules, service, offHere }: SchedulesDocument): string {
  if (schedules.length === 0) return "No schedules yet. Add one: tagline schedule add NOTEBOOK --cron EXPRESSION\n";
  const rows = schedules.map(({ schedule, next, last, missed }) => {
    const show = (moment: string): string => formatMoment(new Date(moment), schedule.timeZone);
    return [
      schedule.id,
      schedule.name ?? "",
      schedule.cron,
      schedule.timeZone,
      schedule.notebook,
      schedule.paused ? "paused" : next === null ? "never" : show(next),
      last === null ? "" : `${show(last.due)} ${last.status ?? "did not start"}`,
      missed.newest === null ? "" : `${missed.count}, the last ${show(missed.newest)}`,
    ];
  });
  const head = ["schedule", "name", "cron", "zone", "notebook", "next", "last fired", "missed in a day"];
  const off = offHere.map(
    (id) => `${id} came with the catalog and is off on this machine. Let it fire here: tagline schedule resume ${id}`,
  );
  return `${[...table(head, rows), "", ...off, serviceLine(service)].join("\n")}\n`;
}

/** Runs a schedule's notebook now, with its params; its moments stay as they are. */
export function runNow(id: string, options: { readonly json: boolean } & CliStreams): Promise<number> {
  const root = findProjectRoot();
  const { notebook, params } = findSchedule(root, id);
  return runInTerminal(
    (more) => runPipeline({ ...more, notebookPath: resolve(root, notebook), projectRoot: root, params }),
    options,
  );
}

async function appearsWithin(ms: number, isThere: () => boolean): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await wait(100)) if (isThere()) return true;
  return false;
}

function serviceLine(service: boolean): string {
  return service
    ? "A service is running and fires them."
    : "No service is running: nothing fires until one does. Start one: tagline service (or JupyterLab: tagline lab)";
}
