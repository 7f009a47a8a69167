import { LabError } from "./lab-error.js";
import { runCommand } from "./run-command.js";

const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const question =
  "import sys, importlib.util as u; print('%d.%d.%d' % sys.version_info[:3], bool(u.find_spec('venv') and u.find_spec('ensurepip')), sys.executable)";
const install = {
  darwin: "`brew install python`",
  win32: "https://www.python.org/downloads/",
  linux: "`sudo apt install python3 python3-venv`, or your system's equivalent",
};

/** @typedef {{ command: string, version: string, executable: string }} Python */

/**
 * The first Python on the PATH that is new enough and can make a virtual environment; `TAGLINE_PYTHON` names another.
 *
 * @param {import("./stage.js").StageContext} context
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Python>}
 */
export async function findPython(context, env = process.env) {
  const named = env["TAGLINE_PYTHON"];
  /** @type {string[]} */
  const refused = [];
  for (const command of named ? [named] : names) {
    const answer = await ask(command, env, context.signal);
    if (answer === null) continue;
    if (!isNewEnough(answer.version)) refused.push(`${command} is Python ${answer.version}, older than 3.10`);
    else if (!answer.canMakeVenv)
      refused.push(
        `${command} (Python ${answer.version}) has no venv and ensurepip; on Debian and Ubuntu they are in the package python${answer.version.split(".").slice(0, 2).join(".")}-venv`,
      );
    else return { command, version: answer.version, executable: answer.executable };
  }
  const remedy = `Install it (${installHint()}) or name one in TAGLINE_PYTHON, then run \`${context.retry}\` again.`;
  const why =
    refused.length > 0
      ? refused.join("; ")
      : named
        ? `TAGLINE_PYTHON names ${named}, which does not run`
        : "there is no python3 on the PATH";
  throw new LabError(`Cannot find Python 3.10 or newer with venv: ${why}. ${remedy}`);
}

function installHint() {
  return process.platform === "darwin" ? install.darwin : process.platform === "win32" ? install.win32 : install.linux;
}

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal
 */
async function ask(command, env, signal) {
  const result = await runCommand(command, ["-I", "-c", question], { env, signal }).catch(() => null);
  signal.throwIfAborted();
  const match = result?.code === 0 ? /^(\d+\.\d+\.\d+) (True|False) (.+)$/m.exec(result.output) : null;
  if (match === null) return null;
  const [, version = "", canMakeVenv, executable = ""] = match;
  return { version, canMakeVenv: canMakeVenv === "True", executable: executable.trim() };
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 10);
}
