import { findProjectRoot, prepareProject } from "../lineage/project.js";
import { formatMoment, localTimeZone, readSchedules, type SchedulerEvent, startScheduler } from "../schedule/index.js";
import type { CliStreams } from "./streams.js";

/** Fires the project's schedules until it is interrupted; resolves to the exit code. */
export async function runService(options: { readonly json: boolean } & CliStreams): Promise<number> {
  const { json, stdout } = options;
  const { root } = prepareProject(findProjectRoot());
  const count = readSchedules(root).length;
  const over = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const say = (event: object, text: string): void => {
    stdout.write(json ? `${JSON.stringify(event)}\n` : `${text}\n`);
  };
  const scheduler = startScheduler({ root, onEvent: (event) => say(event, formatEvent(event)) });
  say(
    { kind: "started", root, schedules: count, pid: process.pid },
    `Firing the schedules of ${root} (${count} now) until interrupted.`,
  );
  await over;
  await scheduler.stop();
  return 0;
}

function formatEvent(event: SchedulerEvent): string {
  const time = formatMoment(new Date(), localTimeZone());
  switch (event.kind) {
    case "fired":
      return `${time}  ${event.schedule} fired: run ${event.run}`;
    case "finished":
      return `${time}  ${event.schedule} ${event.status}: run ${event.run}`;
    case "skipped":
      return `${time}  ${event.schedule} skipped: its last run still goes on`;
    case "problem":
      return `${time}  ${event.schedule ?? "catalog"} did not run: ${event.message}`;
  }
}
