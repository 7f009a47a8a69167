import { existsSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { bundleLibrary } from "./bundle-library.js";
import { hashInputs, listFiles } from "./hash-inputs.js";
import { LabError } from "./lab-error.js";
import { runCommand } from "./run-command.js";
import { stampOf } from "./stamp.js";

/**
 * `kernel-lib/src` to `kernel-lib/dist`. Types are checked by `npm run check`, not at every start.
 *
 * @param {import("./places.js").Places} places
 * @returns {import("./stage.js").Stage}
 */
export function buildLibrary(places) {
  const dist = join(places.kernelLib, "dist");
  const config = join(places.kernelLib, "tsconfig.json");
  return {
    name: "kernel-lib",
    label: "Library and kernel",
    inputs: () =>
      hashInputs(places.root, [
        join(places.kernelLib, "src"),
        config,
        join(places.root, "tsconfig.json"),
        places.lockFile,
      ]),
    isThere: () => existsSync(join(dist, "cli", "main.js")),
    work: async ({ signal }) => {
      // The incremental record is trusted only beside the files that it speaks of.
      if (stampOf(places.build, "kernel-lib").read() === null) rmSync(join(dist, ".tsbuildinfo"), { force: true });
      const result = await runCommand(
        process.execPath,
        [places.typescript, "-p", config, "--noCheck", "--pretty", "false"],
        { cwd: places.root, signal },
      );
      if (result.code !== 0) {
        throw new LabError(
          "Cannot build kernel-lib: the TypeScript compiler found errors. Mend them, then try again.",
          result.output.trim().split("\n").slice(-8),
        );
      }
      removeOrphans(dist, join(places.kernelLib, "src"));
      await bundleLibrary(places);
      return "built";
    },
  };
}

/**
 * Removes compiled files whose source is gone: an import of them would go on working here and nowhere else.
 *
 * @param {string} dist
 * @param {string} src
 */
function removeOrphans(dist, src) {
  for (const file of listFiles(dist)) {
    if (relative(dist, file).startsWith(`bundle${sep}`)) continue;
    const stem = relative(dist, file).replace(/\.(?:d\.ts|js|js\.map|d\.ts\.map)$/, "");
    if (stem === relative(dist, file) || existsSync(join(src, `${stem}.ts`))) continue;
    rmSync(file);
  }
}
