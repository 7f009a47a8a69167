import { fork } from "node:child_process";
import type { DeploymentMessage, DeploymentOrder } from "./deployment-messages.js";

/** The process of a deployment, or what stands in for it. */
export interface DeploymentProcess {
  readonly pid: number | null;
  send(order: DeploymentOrder): void;
  /** Asks it to finish what is under way and to end. */
  end(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface ProcessEars {
  readonly onMessage: (message: DeploymentMessage) => void;
  /** It is gone; what it had to say was said before. */
  readonly onGone: (how: string) => void;
}

/**
 * Starts a process of Node for a deployment.
 *
 * @param onText told what the model prints
 */
export function forkDeployment(onText: (text: string) => void): (ears: ProcessEars) => DeploymentProcess {
  return ({ onMessage, onGone }) => {
    const child = fork(new URL("./deployment-process.js", import.meta.url), {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText);
    child.on("message", (message) => onMessage(message as DeploymentMessage)); // deployment-process.ts is at the other end
    let isGone = false;
    const gone = (how: string): void => {
      if (isGone) return;
      isGone = true;
      onGone(how);
    };
    child.once("error", (error) => gone(error.message));
    child.once("close", (code, signal) => gone(signal === null ? `exit code ${code}` : signal));
    return {
      pid: child.pid ?? null,
      send: (order) => {
        if (child.connected) child.send(order, () => {});
      },
      end: () => void child.kill("SIGTERM"),
      kill: () => void child.kill("SIGKILL"),
    };
  };
}
