import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall, isProgram } from "./system-program.js";

/**
 * A program of the system: found on the PATH or in Debian's own places, installed with apt-get where it is not there and that is
 * possible.
 *
 * @param {string} program
 * @param {string} aptPackage
 * @returns {string} its path
 */
export function ensureProgram(program, aptPackage) {
  const found = findProgram(program);
  if (found !== null) return found;
  const done = aptInstall(aptPackage, () =>
    process.stdout.write(`${program} is not installed: installing ${aptPackage} with apt-get.\n`),
  );
  const installed = findProgram(program);
  if (done && installed !== null) return installed;
  throw new Error(
    `Cannot run the tests of engines: there is no ${program} on this machine. Install it (Debian: \`sudo apt install ${aptPackage}\`).`,
  );
}

/** @param {string} program */
function findProgram(program) {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...folders, "/usr/sbin", ...postgresFolders()].map((folder) => join(folder, program)).find(isProgram) ?? null;
}

/** Debian keeps PostgreSQL's own programs beside each version; the newest first. */
function postgresFolders() {
  try {
    return readdirSync("/usr/lib/postgresql")
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join("/usr/lib/postgresql", version, "bin"));
  } catch {
    return [];
  }
}
