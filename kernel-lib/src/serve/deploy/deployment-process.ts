import type { DeploymentMessage, DeploymentOrder } from "./deployment-messages.js";
import { type RunningDeployment, runDeployment } from "./run-deployment.js";

// One deployment in a process of its own, so that a model that takes its process along stops nothing else. It lives no
// longer than the service that started it.
let running: Promise<RunningDeployment> | null = null;
let started: RunningDeployment | null = null;
const tell = (message: DeploymentMessage): void => {
  if (process.connected) process.send?.(message);
};
const leave = async (exitCode: number): Promise<void> => {
  // One that still loads its model, perhaps for ever, has nothing under way.
  await started?.close().catch(() => {});
  process.exit(exitCode);
};

process.on("message", (order: DeploymentOrder) => {
  const { root, deployment } = order;
  if (running !== null) {
    void running.then((own) => own.change(deployment)).catch(() => {});
    return;
  }
  running = runDeployment(root, deployment, { onNews: tell, onText: (text) => process.stderr.write(text) });
  running.then(
    (own) => {
      started = own;
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.send?.({ kind: "failed", message } satisfies DeploymentMessage, () => process.exit(1));
    },
  );
});
process.on("disconnect", () => void leave(0));
process.on("SIGTERM", () => void leave(0));
// Ctrl-C in a terminal reaches the whole group: the service ends us when it has let go of us.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
