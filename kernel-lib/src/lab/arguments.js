import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { LabError } from "./lab-error.js";

export const help = `Usage: tagline lab [options]      (npm start -- [options])

Prepares JupyterLab with the Tagline kernel and extension, starts it on 127.0.0.1 and opens the browser.
Only what changed since the last start is redone. Ctrl-C stops it.

Options:
  --no-browser          do not open the browser
  --port N              the port to listen on (default: 8888, or the next free one)
  --notebook-dir DIR    the folder that JupyterLab shows (default: this checkout, at notebooks/penguins.ipynb)
  -h, --help            show this

JUPYTER_TOKEN sets the token (default: a random one). TAGLINE_PYTHON names the Python that .venv is made with.
`;

/**
 * @typedef {object} LabArguments
 * @property {boolean} help
 * @property {boolean} browser
 * @property {number | null} port null: 8888 or the next free one
 * @property {string | null} notebookDir absolute; null: the checkout
 */

/**
 * @param {readonly string[]} argv
 * @param {string} cwd what a relative folder is relative to
 * @returns {LabArguments}
 */
export function readArguments(argv, cwd) {
  const values = parse(argv);
  return {
    help: values.help ?? false,
    browser: !values["no-browser"],
    port: values.port === undefined ? null : readPort(values.port),
    notebookDir: values["notebook-dir"] === undefined ? null : readFolder(resolve(cwd, values["notebook-dir"])),
  };
}

/** @param {readonly string[]} argv */
function parse(argv) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", short: "h" },
        "no-browser": { type: "boolean" },
        port: { type: "string" },
        "notebook-dir": { type: "string" },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? "") : String(error);
    throw new LabError(`Cannot read the arguments: ${reason}. \`npm start -- --help\` lists them.`);
  }
}

/** @param {string} text */
function readPort(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new LabError(`Cannot listen on port ${JSON.stringify(text)}: give a number from 1 to 65535.`);
}

/** @param {string} folder */
function readFolder(folder) {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new LabError(
    `Cannot show notebooks in ${folder}: there is no such folder. Make it first, or name another with --notebook-dir.`,
  );
}
