import { homedir } from "node:os";
import { join } from "node:path";

/** The version of `@tensorflow/tfjs-node` that `tagline setup` sets up: the one that goes with Tagline's tfjs. */
export const TFJS_NODE_VERSION = "4.22.0";

/**
 * Where Tagline keeps what it sets up for this user, in every project: `TAGLINE_TOOLS` if set, else `tagline/` in the
 * user's cache. Not in a `node_modules`, which `npm ci` empties.
 */
export function toolsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env["TAGLINE_TOOLS"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "tagline");
}

/** Folder whose `node_modules` has `@tensorflow/tfjs-node` once it is set up. */
export function tfjsNodeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(toolsFolder(env), `tfjs-node-${TFJS_NODE_VERSION}`);
}
