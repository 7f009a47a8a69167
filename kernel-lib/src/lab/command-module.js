import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hasNewer } from "./has-newer.js";

const kernelLib = new URL("../../", import.meta.url);
const stamp = new URL("../.tagline-build/kernel-lib.stamp", kernelLib);

/**
 * URL of the module that is the `tagline` command, brought up to date where the sources stand beside it. Most of the time nothing is
 * to be done, and what would do it is not loaded: a command is as quick as its start.
 *
 * @returns {Promise<string | null>} null when it could not be built; the reason is on standard error
 */
export async function commandModule() {
  const src = new URL("src/", kernelLib);
  // An installed package has no other sources than these.
  const isBuilt = !existsSync(new URL("cli/", src)) || isFresh(src);
  if (!isBuilt) {
    const { ensureBuilt } = await import("./ensure-built.js");
    if (!(await ensureBuilt())) return null;
  }
  const bundled = new URL("dist/bundle/command/cli-main.js", kernelLib);
  return existsSync(bundled) ? bundled.href : new URL("dist/cli/main.js", kernelLib).href;
}

/** @param {URL} src */
function isFresh(src) {
  const built = statSync(stamp, { throwIfNoEntry: false });
  if (built === undefined || !existsSync(new URL("dist/cli/main.js", kernelLib))) return false;
  return !hasNewer(fileURLToPath(src), built.mtimeMs);
}
