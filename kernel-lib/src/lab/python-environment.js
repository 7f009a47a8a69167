import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "./find-python.js";
import { hashInputs } from "./hash-inputs.js";
import { LabError } from "./lab-error.js";
import { pythonEnv } from "./python-env.js";
import { runCommand, telltaleLines } from "./run-command.js";

/**
 * `.venv` with the pinned JupyterLab. A folder that works is completed in place, so that a failed download
 * goes on from there; one that does not is made anew.
 *
 * @param {import("./places.js").Places} places
 * @returns {import("./stage.js").Stage}
 */
export function pythonEnvironment(places) {
  const requirements = join(places.extension, "requirements.txt");
  return {
    name: "python",
    label: "Python packages",
    // The folder is in the hash because the scripts of a virtual environment hold its absolute path.
    inputs: () => hashInputs(places.root, [requirements], [places.venv]),
    isThere: () => existsSync(places.python),
    work: async (context) => {
      const made = await makeVenv(context);
      const args = [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--prefer-binary",
        "-r",
        requirements,
      ];
      const result = await runCommand(places.python, args, {
        cwd: places.root,
        env: pythonEnv(),
        signal: context.signal,
      });
      if (result.code !== 0) {
        throw new LabError(
          `Cannot install JupyterLab: \`pip install\` failed. Check the network (or pip's index and proxy settings), then run \`${context.retry}\` again; it goes on from here.`,
          [...telltaleLines(result.output), `The command was: ${places.python} ${args.join(" ")}`],
        );
      }
      return made;
    },
  };
}

/** @param {import("./stage.js").StageContext} context */
async function makeVenv(context) {
  const { places, signal } = context;
  if (await works(context)) return "installed into .venv";
  const python = await findPython(context);
  rmSync(places.venv, { recursive: true, force: true });
  const result = await runCommand(python.command, ["-m", "venv", places.venv], { env: pythonEnv(), signal });
  if (result.code !== 0) {
    throw new LabError(
      `Cannot make .venv with ${python.command} (Python ${python.version}): \`python -m venv\` failed. On Debian and Ubuntu install python3-venv, then run \`${context.retry}\` again.`,
      telltaleLines(result.output),
    );
  }
  return `installed into .venv (Python ${python.version})`;
}

/**
 * Whether the folder is a whole environment that stands where it was made.
 *
 * @param {import("./stage.js").StageContext} context
 */
async function works({ places, signal }) {
  if (!existsSync(places.python)) return false;
  const check = "import sys, pip; assert sys.version_info >= (3, 10); print(sys.prefix)";
  const result = await runCommand(places.python, ["-I", "-c", check], { env: pythonEnv(), signal }).catch(() => null);
  if (result?.code !== 0) return false;
  return wasMadeAt(places.venv);
}

/**
 * Scripts such as `.venv/bin/pip` begin with the absolute path of their Python.
 *
 * @param {string} venv
 */
function wasMadeAt(venv) {
  try {
    return readFileSync(join(venv, "bin", "pip"), "utf8").includes(venv);
  } catch {
    return false;
  }
}
