import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** @param {string} path */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs a package of Debian's where this user may.
 *
 * @param {string} aptPackage
 * @param {() => void} tell called before it begins
 * @returns {boolean} whether it was installed
 */
export function aptInstall(aptPackage, tell) {
  if (process.getuid?.() !== 0 || !works("apt-get", ["--version"])) return false;
  tell();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () => works("apt-get", ["install", "-y", "-qq", "--no-install-recommends", aptPackage], env);
  // Its list of packages may be old, or not there yet.
  return install() || (works("apt-get", ["update", "-qq"], env) && install());
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function works(command, args, env = process.env) {
  return spawnSync(command, args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
}
