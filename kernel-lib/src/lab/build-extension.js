import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "./hash-inputs.js";
import { LabError } from "./lab-error.js";
import { runCommand } from "./run-command.js";

/**
 * `jupyter-extension/src` to the prebuilt extension that JupyterLab loads. No Python and no JupyterLab needed.
 *
 * @param {import("./places.js").Places} places
 * @returns {import("./stage.js").Stage}
 */
export function buildExtension(places) {
  const { root, kernelLib, extension, nodeModules } = places;
  const output = join(extension, "tagline_jupyter", "labextension");
  const own = ["src", "schema", "style", "package.json", "tsconfig.json"].map((name) => join(extension, name));
  // What the extension takes from the library.
  const shared = ["notebook", "pipeline/compile", "service/api.ts"].map((path) => join(kernelLib, "src", path));
  return {
    name: "jupyter-extension",
    label: "Extension of the page",
    inputs: () => hashInputs(root, [...own, ...shared, places.lockFile]),
    isThere: () => existsSync(join(output, "package.json")),
    work: async ({ signal }) => {
      rmSync(join(extension, "lib"), { recursive: true, force: true });
      rmSync(output, { recursive: true, force: true });
      const builder = join(nodeModules, "@jupyter", "builder", "lib", "build-labextension.js");
      const core = join(nodeModules, "@jupyterlab", "core-meta", "core.package.json");
      for (const args of [
        [places.typescript, "-p", extension, "--noCheck", "--pretty", "false"],
        [builder, "--core-package-file", core, "."],
      ]) {
        const result = await runCommand(process.execPath, args, { cwd: extension, signal });
        if (result.code === 0) continue;
        throw new LabError(
          "Cannot build the extension of the page: its compiler found errors. Mend them, then try again.",
          result.output.trim().split("\n").slice(-12),
        );
      }
      return "built";
    },
  };
}
