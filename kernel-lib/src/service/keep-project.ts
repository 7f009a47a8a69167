import { type SchedulerEvent, startScheduler } from "../schedule/index.js";
import { type DeploymentEvent, keepDeployments } from "../serve/deploy/index.js";
import { keepTidy } from "./keep-tidy.js";

export interface KeepProjectOptions {
  readonly onSchedule?: (event: SchedulerEvent) => void;
  readonly onDeployment?: (event: DeploymentEvent) => void;
}

/** Fires a project's schedules, keeps its deployments up and its log tidy, for as long as a service lives. */
export function keepProject(
  root: string,
  { onSchedule = () => {}, onDeployment = () => {} }: KeepProjectOptions = {},
): { stop(): Promise<void> } {
  const scheduler = startScheduler({ root, onEvent: onSchedule });
  const keeper = keepDeployments({ root, onEvent: onDeployment });
  const tidy = keepTidy(root);
  return {
    async stop() {
      await Promise.all([scheduler.stop(), keeper.stop(), tidy.stop()]);
    },
  };
}
