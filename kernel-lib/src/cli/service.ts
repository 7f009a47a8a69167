import { indexInThread } from "../lineage/log-index/index-in-thread.js";
import { findProjectRoot, prepareProject } from "../lineage/project.js";
import {
  formatMoment,
  localTimeZone,
  readSchedules,
  type SchedulerEvent,
  schedulesOffHere,
} from "../schedule/index.js";
import { type DeploymentEvent, deploymentsOffHere, readDeployments } from "../serve/deploy/index.js";
import { keepProject } from "../service/keep-project.js";
import type { CliStreams } from "./streams.js";

/** Fires the project's schedules and keeps its deployments up until it is interrupted; resolves to the exit code. */
export async function runService(options: { readonly json: boolean } & CliStreams): Promise<number> {
  const { json, stdout } = options;
  const { root } = prepareProject(findProjectRoot());
  const schedules = readSchedules(root).filter(({ paused }) => !paused).length;
  const deployments = readDeployments(root).filter(({ stopped }) => !stopped).length;
  const over = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const say = (event: object, text: string): void => {
    stdout.write(json ? `${JSON.stringify(event)}\n` : `${text}\n`);
  };
  await indexInThread(root);
  const project = keepProject(root, {
    onSchedule: (event) => say(event, formatEvent(event)),
    onDeployment: (event) => say(event, formatDeploymentEvent(event)),
  });
  say(
    { kind: "started", root, schedules, deployments, pid: process.pid },
    `Firing the schedules (${schedules} now) and serving the deployments (${deployments} now) of ${root} until interrupted.`,
  );
  if (!json) for (const note of offHereNotes(root)) stdout.write(`${note}\n`);
  await over;
  await project.stop();
  return 0;
}

/** What the catalog names and nobody has turned on on this machine. */
function offHereNotes(root: string): readonly string[] {
  return [
    ...schedulesOffHere(root).map((id) => `Schedule ${id} is off on this machine: tagline schedule resume ${id}`),
    ...deploymentsOffHere(root).map(
      (name) => `Deployment ${name} is off on this machine: tagline deployments start ${name}`,
    ),
  ];
}

function formatEvent(event: SchedulerEvent): string {
  const time = formatMoment(new Date(), localTimeZone());
  switch (event.kind) {
    case "fired":
      return `${time}  ${event.schedule} fired: run ${event.run}`;
    case "finished":
      return `${time}  ${event.schedule} ${event.status}: run ${event.run}${event.error === null ? "" : `, ${event.error}`}`;
    case "skipped":
      return `${time}  ${event.schedule} skipped: its last run still goes on`;
    case "problem":
      return `${time}  ${event.schedule ?? "catalog"} did not run: ${event.message}`;
  }
}

function formatDeploymentEvent(event: DeploymentEvent): string {
  const time = formatMoment(new Date(), localTimeZone());
  switch (event.kind) {
    case "serving":
      return `${time}  ${event.deployment} ${event.previous === null ? "serves" : "moved to"} version ${event.number}: ${event.url}`;
    case "stopped":
      return `${time}  ${event.deployment} stopped: ${event.reason}`;
    case "failed":
      return `${time}  ${event.deployment} failed: ${event.message}${event.retryMs === null ? "" : ` (again in ${event.retryMs / 1000} s)`}`;
    case "problem":
      return `${time}  deployments: ${event.message}`;
  }
}
