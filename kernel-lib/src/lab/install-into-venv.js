import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashInputs } from "./hash-inputs.js";
import { LabError } from "./lab-error.js";
import { pythonEnv } from "./python-env.js";
import { runCommand, telltaleLines } from "./run-command.js";
import { stampOf } from "./stamp.js";

const logo = join(dirname(fileURLToPath(import.meta.url)), "logo-svg.svg");

/**
 * The wheel of `jupyter-extension` (page and service), the kernelspec, and where Node and the library stand, into `.venv`.
 *
 * @param {import("./places.js").Places} places
 * @returns {import("./stage.js").Stage}
 */
export function installIntoVenv(places) {
  const share = join(places.venv, "share");
  const kernelspec = join(share, "jupyter", "kernels", "tagline");
  const paths = join(share, "tagline", "paths.json");
  const overrides = join(share, "jupyter", "lab", "settings", "overrides.json");
  const packageFolder = join(places.extension, "tagline_jupyter");
  return {
    name: "install",
    label: "Kernel and extension",
    inputs: () =>
      hashInputs(
        places.root,
        [packageFolder, join(packageFolder, "labextension"), join(places.extension, "pyproject.toml"), logo],
        [
          process.execPath,
          places.kernelLib,
          stampOf(places.build, "python").read() ?? "",
          JSON.stringify(kernelOf(places)),
          JSON.stringify(labSettings),
        ],
      ),
    isThere: () =>
      [
        join(kernelspec, "kernel.json"),
        paths,
        overrides,
        join(share, "jupyter", "labextensions", "tagline-jupyter", "package.json"),
      ].every((file) => existsSync(file)),
    work: async (context) => {
      await installWheel(context);
      rmSync(kernelspec, { recursive: true, force: true });
      writeJson(join(kernelspec, "kernel.json"), kernelOf(places));
      copyFileSync(logo, join(kernelspec, "logo-svg.svg"));
      writeJson(paths, { node: process.execPath, kernelLib: places.kernelLib });
      writeJson(overrides, labSettings);
      return "installed into .venv";
    },
  };
}

/** JupyterLab asks a server of its own for news at every start unless told not to. */
const labSettings = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };

/**
 * Node itself is the process that Jupyter starts, without a shell between. An interrupt comes as a message: the wire's thread then
 * stops a loop wherever it is, where a signal would wait for the loop to end once the cell has awaited anything.
 *
 * @param {import("./places.js").Places} places
 */
function kernelOf(places) {
  return {
    argv: [process.execPath, join(places.kernelLib, "dist", "kernel", "main.js"), "{connection_file}"],
    display_name: "TypeScript (Tagline)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/** @param {import("./stage.js").StageContext} context */
async function installWheel({ places, signal, retry }) {
  const args = [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    "--no-index",
    "--no-deps",
    "--no-build-isolation",
    "--force-reinstall",
    places.extension,
  ];
  const result = await runCommand(places.python, args, { cwd: places.root, env: pythonEnv(), signal });
  if (result.code === 0) return;
  throw new LabError(
    `Cannot install the extension into .venv: pip failed. Remove .venv, then run \`${retry}\` again.`,
    [...telltaleLines(result.output), `The command was: ${places.python} ${args.join(" ")}`],
  );
}

/**
 * @param {string} file
 * @param {unknown} value
 */
function writeJson(file, value) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
