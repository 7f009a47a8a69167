import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildLibrary } from "./build-library.js";
import { hasNewer } from "./has-newer.js";
import { LabError } from "./lab-error.js";
import { withLock } from "./lock.js";
import { checkout } from "./places.js";
import { bringUpToDate } from "./stage.js";
import { stampOf } from "./stamp.js";

/**
 * Lets every command of a checkout run on what its sources say: builds the library first if a source is newer than
 * the last build. An installed package has no sources and nothing to do. Costs one `stat` per source.
 *
 * @param {import("./places.js").Places} [places]
 * @returns {Promise<boolean>} false when it could not be built; the reason is on standard error
 */
export async function ensureBuilt(places = checkout) {
  const src = join(places.kernelLib, "src", "cli");
  if (!existsSync(src) || isFresh(places)) return true;
  if (!existsSync(places.typescript)) {
    process.stderr.write(
      "Cannot build Tagline: its packages are not installed. Run `npm ci --ignore-scripts` or `npm start` first.\n",
    );
    return false;
  }
  try {
    const controller = new AbortController();
    const context = { places, retry: "npm start", signal: controller.signal };
    const built = await withLock(
      join(places.build, "lock"),
      () => {},
      () => bringUpToDate(buildLibrary(places), context),
    );
    if (built !== null) process.stderr.write("Tagline: built kernel-lib, whose sources changed.\n");
    return true;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${[error.message, ...error.details].join("\n  ")}\n`);
    return false;
  }
}

/** @param {import("./places.js").Places} places */
function isFresh(places) {
  const stamp = statSync(stampOf(places.build, "kernel-lib").file, { throwIfNoEntry: false });
  if (stamp === undefined || !existsSync(join(places.kernelLib, "dist", "cli", "main.js"))) return false;
  return !hasNewer(join(places.kernelLib, "src"), stamp.mtimeMs);
}
