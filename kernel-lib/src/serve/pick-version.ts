import { parseModelRequest } from "../registry/model-name.js";
import { type ModelVersion, openRegistry } from "../registry/registry.js";

/** The version to serve, and why this one. */
export interface Picked {
  readonly version: ModelVersion;
  /** `asked`, `production` (nothing was said, and the alias is set) or `newest`. */
  readonly because: "asked" | "production" | "newest";
}

export function pickVersion(root: string, name: string): Picked {
  const { model, selector } = parseModelRequest(name);
  const registry = openRegistry(root);
  if (selector !== undefined) return { version: registry.find(model, selector), because: "asked" };
  const newest = registry.find(model);
  const production = registry.aliases(model).find(({ alias }) => alias === "production")?.version ?? null;
  if (production === null) return { version: newest, because: "newest" };
  return { version: registry.find(model, production), because: "production" };
}
