import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./lab-error.js";
import { runCommand, telltaleLines } from "./run-command.js";

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage */

/**
 * `npm ci` by the lock file. npm itself writes `node_modules/.package-lock.json` at the end of an install that
 * succeeded, so comparing it with the lock file says whether the folder is whole, whoever installed it.
 *
 * @param {import("./places.js").Places} places
 */
export function areNodePackagesInstalled({ lockFile, nodeModules }) {
  const noted = join(nodeModules, ".package-lock.json");
  if (!existsSync(noted)) return false;
  const wanted = packagesOf(lockFile);
  const present = packagesOf(noted);
  for (const [path, { version, link, optional, devOptional }] of Object.entries(wanted)) {
    if (!path.includes("node_modules/") || link) continue;
    const found = present[path];
    if (found === undefined ? !(optional || devOptional) : found.version !== version) return false;
  }
  return true;
}

/**
 * @param {import("./stage.js").StageContext} context
 * @returns {Promise<string | null>}
 */
export async function installNodePackages(context) {
  const { places, signal } = context;
  if (areNodePackagesInstalled(places)) return null;
  // npm removes it too, but only after it has read it: an interrupted install must not look whole.
  rmSync(join(places.nodeModules, ".package-lock.json"), { force: true });
  const npm = npmCommand();
  const result = await runCommand(npm.command, [...npm.args, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: places.root,
    signal,
  }).catch((error) => {
    if (signal.aborted) throw error;
    throw new LabError(
      "Cannot install the Node packages: `npm` is not on the PATH. Install Node with npm from https://nodejs.org, then try again.",
    );
  });
  if (result.code !== 0) {
    throw new LabError(
      `Cannot install the Node packages: \`npm ci\` failed. Check the network (or npm's registry and proxy settings), then run \`${context.retry}\` again; it goes on from here.`,
      [...telltaleLines(result.output), `The command was: npm ci --ignore-scripts (in ${places.root})`],
    );
  }
  return "installed by the lock file";
}

/** The npm that started us where there is one: it may be the only one. */
function npmCommand() {
  const path = process.env["npm_execpath"];
  if (path !== undefined && /npm-cli\.c?js$/.test(path) && existsSync(path))
    return { command: process.execPath, args: [path] };
  return { command: "npm", args: [] };
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}
