import { openRegistry, type Registry } from "../../registry/registry.js";
import { isServiceAlive } from "../../schedule/service-mark.js";
import { type Deployment, deploymentUrl } from "./deployment.js";
import type { DeploymentFold, RequestTotals } from "./deployment-fold.js";
import { isLeaderLive } from "./leadership.js";
import { wantedVersion } from "./resolve-deployment.js";
import { readStateFile } from "./state-file.js";

export interface DeploymentState {
  readonly deployment: Deployment;
  /** `waiting`: no service lives that would serve it. `failed`: it does not answer, and is tried again. */
  readonly status: "serving" | "starting" | "failed" | "stopped" | "waiting";
  /** Number and id of the version that answers; null while none does. */
  readonly number: number | null;
  readonly version: string | null;
  readonly url: string;
  /** Since when the status holds, ISO 8601; null if that is not known. */
  readonly since: string | null;
  readonly requests: RequestTotals;
  /** Why it failed; while it serves: why it could not move to the version where its alias stands. */
  readonly error: string | null;
  /** Of the process that answers. */
  readonly pid: number | null;
  /** True while it serves another version than it is about to move to. */
  readonly isBehind: boolean;
}

/** How the deployments stand, as the service that keeps them up tells it. */
export function deploymentStates(
  root: string,
  deployments: readonly Deployment[],
  fold: DeploymentFold,
  registry: Registry = openRegistry(root),
): readonly DeploymentState[] {
  const file = readStateFile(root);
  const told = file !== null && isLeaderLive(root, file.keeper) ? file.deployments : {};
  return deployments.map((deployment) => {
    const { name, startedAt, stopped } = deployment;
    const common = { deployment, url: deploymentUrl(deployment), requests: fold.requests(name) };
    const nothing = { ...common, number: null, version: null, error: null, pid: null, isBehind: false };
    if (stopped) return { ...nothing, status: "stopped", since: fold.stoppedAt(name) };
    const state = Object.hasOwn(told, name) ? told[name] : undefined;
    if (state?.startedAt !== startedAt)
      return { ...nothing, status: isServiceAlive(root) ? "starting" : "waiting", since: null };
    const { status, number, version, since, error, pid } = state;
    const wanted = status === "serving" && error === null ? wantedVersion(registry, deployment) : null;
    const isBehind = wanted !== null && wanted !== version;
    return { ...common, status, number, version, since, error, pid, isBehind };
  });
}
