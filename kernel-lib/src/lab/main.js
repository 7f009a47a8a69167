import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { help, readArguments } from "./arguments.js";
import { choosePort } from "./free-port.js";
import { startJupyterServer } from "./jupyter-server.js";
import { LabError } from "./lab-error.js";
import { openBrowser } from "./open-browser.js";
import { checkout } from "./places.js";
import { prepare } from "./prepare.js";
import { createProgress } from "./progress.js";

const firstNotebook = "notebooks/penguins.ipynb";

/**
 * `npm start` and `tagline lab`: prepares what is not ready, starts JupyterLab, stays until it is interrupted.
 *
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} the exit code: 0 after Ctrl-C while it served, 130 during the preparation, 2 for what the person has to mend
 */
export async function lab(argv, env = process.env) {
  const byNpm = env["npm_lifecycle_event"] === "start";
  const interrupt = interruptOf(byNpm);
  const separator = byNpm && argv.length > 0 ? "-- " : "";
  const retry = [byNpm ? "npm start" : "npx tagline lab", `${separator}${argv.join(" ")}`].join(" ").trim();
  try {
    const options = readArguments(argv, (byNpm ? env["INIT_CWD"] : undefined) ?? process.cwd());
    if (options.help) {
      process.stdout.write(help);
      return 0;
    }
    // Before the long part, so that a taken port is known at once.
    await choosePort(options.port);
    const progress = createProgress(process.stdout);
    await prepare({ places: checkout, retry, signal: interrupt.signal }, progress);
    const port = await choosePort(options.port);
    const token = env["JUPYTER_TOKEN"] || randomBytes(24).toString("hex");
    const rootDir = options.notebookDir ?? checkout.root;
    /** @type {import("./jupyter-server.js").JupyterServer | undefined} */
    let server;
    await progress.stage("JupyterLab", async () => {
      server = await startJupyterServer({ places: checkout, port, token, rootDir, env }, interrupt.signal);
      return "started";
    });
    if (server === undefined) return 2;
    const page =
      options.notebookDir === null && existsSync(join(rootDir, firstNotebook)) ? `/lab/tree/${firstNotebook}` : "/lab";
    const url = `${server.origin}${page}?token=${encodeURIComponent(token)}`;
    progress.note(`Tagline is ready: ${url}`);
    if (options.browser) openBrowser(url);
    const ending = await Promise.race([server.ended, interrupt.happened]);
    if (ending === "interrupted") {
      await server.stop();
      return 0;
    }
    throw new LabError(`Cannot go on: JupyterLab ended with code ${ending}. Its log is ${server.log}`);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${[error.message, ...error.details].join("\n  ")}\n`);
    return 2;
  } finally {
    interrupt.release();
  }
}

/**
 * Ctrl-C, SIGTERM, a closed terminal; and, where npm started us, its death: `sh -c` between npm and us does not
 * pass signals on.
 *
 * @param {boolean} byNpm
 */
function interruptOf(byNpm) {
  const controller = new AbortController();
  /** @type {(value: "interrupted") => void} */
  let tell = () => {};
  /** @type {Promise<"interrupted">} */
  const happened = new Promise((resolve) => {
    tell = resolve;
  });
  const onSignal = () => {
    controller.abort();
    tell("interrupted");
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const name of signals) process.on(name, onSignal);
  const parent = process.ppid;
  const watch = byNpm ? setInterval(() => process.ppid !== parent && onSignal(), 500) : undefined;
  return {
    signal: controller.signal,
    happened,
    release() {
      clearInterval(watch);
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
