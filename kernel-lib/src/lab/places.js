import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where things stand in a checkout. Absolute paths.
 *
 * @typedef {ReturnType<typeof placesOf>} Places
 */

/** @param {string} root the checkout's folder */
export function placesOf(root) {
  const bin = process.platform === "win32" ? "Scripts" : "bin";
  const build = join(root, ".tagline-build");
  const venv = join(root, ".venv");
  return {
    root,
    kernelLib: join(root, "kernel-lib"),
    extension: join(root, "jupyter-extension"),
    lockFile: join(root, "package-lock.json"),
    nodeModules: join(root, "node_modules"),
    typescript: join(root, "node_modules", "typescript", "bin", "tsc"),
    /** What the preparation notes down; removing it only costs time. */
    build,
    logs: join(build, "logs"),
    venv,
    python: join(venv, bin, process.platform === "win32" ? "python.exe" : "python"),
  };
}

/** The checkout that this file belongs to. */
export const checkout = placesOf(resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", ".."));
