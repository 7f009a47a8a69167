import { existsSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "../../kernel-lib/src/lab/find-python.js";
import { hashInputs } from "../../kernel-lib/src/lab/hash-inputs.js";
import { LabError } from "../../kernel-lib/src/lab/lab-error.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { pythonEnv } from "../../kernel-lib/src/lab/python-env.js";
import { runCommand, telltaleLines } from "../../kernel-lib/src/lab/run-command.js";
import { bringUpToDate } from "../../kernel-lib/src/lab/stage.js";

/**
 * A virtual environment for judges or peers, apart from `.venv`, so that what people get stays what people get.
 * Made once, under `.tagline-build/`.
 *
 * @param {string} name
 * @param {string} requirements path below the checkout
 * @param {{ readonly constrained?: boolean }} [options] false: what people get does not bind these packages
 * @returns {Promise<string>} its folder of programs
 */
export async function sideVenv(name, requirements, { constrained = true } = {}) {
  const venv = join(checkout.build, name);
  const bin = join(venv, "bin");
  const python = join(bin, "python");
  const lists = [join(checkout.root, requirements), join(checkout.extension, "requirements.txt")];
  const context = { places: checkout, retry: "the same command", signal: new AbortController().signal };
  await bringUpToDate(
    {
      name,
      label: name,
      inputs: () => hashInputs(checkout.root, lists, [venv]),
      isThere: () => existsSync(python),
      work: async () => {
        const { command } = await findPython(context);
        await step(command, ["-m", "venv", "--clear", venv]);
        const [wanted = "", pins = ""] = lists;
        const bounds = constrained ? ["-c", pins] : [];
        await step(python, ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted, ...bounds]);
        return "installed";
      },
    },
    context,
  );
  return bin;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function step(command, args) {
  const { code, output } = await runCommand(command, args, { env: pythonEnv() });
  if (code !== 0)
    throw new LabError(
      `Cannot prepare a Python for judges: \`${command} ${args.join(" ")}\` failed. Check the network, then try again.`,
      telltaleLines(output),
    );
}
