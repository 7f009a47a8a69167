import { existsSync } from "node:fs";
import type { DeploymentChanged } from "../../lineage/events.js";
import { type LineageLog, openLog } from "../../lineage/open-log.js";
import { projectFiles } from "../../lineage/project.js";
import type { DeploymentEvent } from "./deployment-event.js";
import { readDeployments } from "./edit-deployments.js";
import { forkDeployment } from "./fork-deployment.js";
import { KeptDeployment, type KeptTools } from "./kept-deployment.js";
import { Leadership } from "./leadership.js";
import { type StateFile, writeStateFile } from "./state-file.js";

export interface KeepOptions {
  /** The project root, absolute. */
  readonly root: string;
  readonly onEvent?: (event: DeploymentEvent) => void;
  /** Told what models print. Default: standard error. */
  readonly onText?: (text: string) => void;
  /** Default: a process of Node. */
  readonly start?: KeptTools["start"];
  readonly log?: Pick<LineageLog, "append" | "commit" | "close">;
  /** How often the catalog is looked at, milliseconds. */
  readonly everyMs?: number;
  /** The first wait after a failure, milliseconds; it doubles up to a minute. */
  readonly backoffMs?: number;
  /** How long one may take to finish what is under way, milliseconds. */
  readonly patienceMs?: number;
}

export interface Keeper {
  /** Stops what it serves, and resolves when all has ended. */
  stop(): Promise<void>;
}

/**
 * Keeps a project's deployments up from now on, unless another service does: starts what the catalog names, starts it again
 * after a crash, stops what is stopped or removed there, and notes all that in the log.
 */
export function keepDeployments(options: KeepOptions): Keeper {
  const { root, onEvent = () => {}, onText = (text) => process.stderr.write(text), everyMs = 1000 } = options;
  const leadership = new Leadership(root);
  const kept = new Map<string, KeptDeployment>();
  const ending = new Map<string, Promise<void>>();
  let log = options.log ?? null;
  let lastState = "";
  let lastProblem = "";

  const note = (event: DeploymentChanged): void => {
    log ??= openLog(root);
    log.append(event);
    log.commit().catch((error: unknown) => onEvent({ kind: "problem", message: messageOf(error) }));
  };
  const publish = (): void => {
    const deployments = Object.fromEntries([...kept].map(([name, one]) => [name, one.state]));
    const state: StateFile = { keeper: leadership.mark, deployments };
    const text = JSON.stringify(state);
    if (text === lastState) return;
    lastState = text;
    try {
      writeStateFile(root, state);
    } catch (error) {
      onEvent({ kind: "problem", message: messageOf(error) });
    }
  };
  const { start = forkDeployment(onText), backoffMs = 1000, patienceMs = 40_000 } = options;
  const tools: KeptTools = { root, start, onEvent, note, publish, backoffMs, patienceMs };

  const stop = (name: string, reason: string): void => {
    const end = kept.get(name)?.stop(reason) ?? Promise.resolve();
    kept.delete(name);
    ending.set(name, end);
    void end.finally(() => ending.delete(name));
  };

  const look = (): void => {
    try {
      if (!existsSync(projectFiles(root).catalog) && kept.size === 0) return;
      const wanted = readDeployments(root).filter(({ stopped }) => !stopped);
      // Nothing to keep up: nobody need be the one who does.
      if (wanted.length === 0 && kept.size === 0) return;
      if (!leadership.holds()) {
        for (const name of kept.keys()) stop(name, "another service keeps it");
        return;
      }
      for (const name of kept.keys()) {
        if (!wanted.some((deployment) => deployment.name === name)) stop(name, "stopped by hand");
      }
      for (const deployment of wanted) {
        const one = kept.get(deployment.name);
        if (one !== undefined) one.change(deployment);
        else if (!ending.has(deployment.name)) kept.set(deployment.name, new KeptDeployment(deployment, tools));
      }
      publish();
      lastProblem = "";
    } catch (error) {
      // Told once, not every second; what is served goes on until the file is mended.
      const message = messageOf(error);
      if (message !== lastProblem) onEvent({ kind: "problem", message });
      lastProblem = message;
    }
  };
  look();
  const timer = setInterval(look, everyMs);

  return {
    async stop() {
      clearInterval(timer);
      for (const name of kept.keys()) stop(name, "the service stopped");
      await Promise.all(ending.values());
      leadership.release();
      if (options.log === undefined) await log?.close();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
