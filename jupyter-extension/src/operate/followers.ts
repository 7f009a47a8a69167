import type { DeploymentStatus } from "tagline/service/api";

/** What else a move of an alias changes. */
export function followers(deployments: readonly DeploymentStatus[], alias: string): string {
  const names = deployments
    .filter((each) => each.follows === alias && each.status !== "stopped")
    .map((each) => each.name);
  if (names.length === 0) return `No deployment follows ${alias}.`;
  return names.length === 1
    ? `The deployment ${names[0]} follows within seconds.`
    : `The deployments ${names.join(", ")} follow within seconds.`;
}
