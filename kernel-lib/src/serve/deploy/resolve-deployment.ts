import type { ModelVersion, Registry } from "../../registry/registry.js";
import type { Picked } from "../pick-version.js";
import type { Deployment } from "./deployment.js";

/** Id of the version that a deployment should answer with now; null where there is none. Cheap: asked every second. */
export function wantedVersion(registry: Registry, { model, follows, version }: Deployment): string | null {
  if (follows === null) return version;
  if (follows === "newest") return registry.versions(model).at(-1)?.id ?? null;
  return registry.aliases(model).find(({ alias }) => alias === follows)?.version ?? version;
}

/** The version of that id, and why it is the one. @throws {UnknownModelError} */
export function pickedVersion(registry: Registry, deployment: Deployment, id: string): Picked {
  const version: ModelVersion = registry.find(deployment.model, id);
  const { follows } = deployment;
  const isNewest = follows === "newest" || (follows === "production" && !version.aliases.includes("production"));
  return { version, because: isNewest ? "newest" : follows === "production" ? "production" : "asked" };
}
