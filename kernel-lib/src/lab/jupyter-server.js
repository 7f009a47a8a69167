import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LabError } from "./lab-error.js";
import { descendantsOf, sendSignal } from "./process-tree.js";
import { pythonEnv } from "./python-env.js";
import { telltaleLines } from "./run-command.js";

const readyTimeoutMs = 120_000;
const stopTimeoutMs = 10_000;

/**
 * @typedef {object} ServerOptions
 * @property {import("./places.js").Places} places
 * @property {number} port
 * @property {string} token
 * @property {string} rootDir what JupyterLab shows
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * @typedef {object} JupyterServer
 * @property {string} origin `http://127.0.0.1:PORT`
 * @property {number} pid
 * @property {string} log path of its log
 * @property {Promise<number | null>} ended its exit code, once it ended by itself or was stopped
 * @property {() => Promise<void>} stop takes it down with every kernel and service that it started
 */

/**
 * Starts JupyterLab and waits until it answers.
 *
 * @param {ServerOptions} options
 * @param {AbortSignal} signal
 * @returns {Promise<JupyterServer>}
 */
export async function startJupyterServer({ places, port, token, rootDir, env = process.env }, signal) {
  const origin = `http://127.0.0.1:${port}`;
  const log = join(places.logs, `jupyterlab-${port}.log`);
  mkdirSync(places.logs, { recursive: true });
  const output = openSync(log, "w");
  // A session of its own: Ctrl-C in the terminal reaches only us, and we end it in order.
  const child = spawn(places.python, commandLine(places, port, rootDir), {
    cwd: rootDir,
    env: { ...pythonEnv(env), JUPYTER_TOKEN: token },
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", (code) => resolve(code));
  });
  const pid = child.pid;
  if (pid === undefined)
    throw new LabError(`Cannot start JupyterLab: ${places.python} does not run. Remove .venv, then try again.`);
  const stop = () => stopServer(pid, ended);
  try {
    await answers(origin, token, ended, signal);
  } catch (error) {
    await stop();
    if (!(error instanceof LabError)) throw error;
    throw new LabError(`${error.message} Its log is ${log}`, telltaleLines(readFileSync(log, "utf8")));
  }
  // Jupyter starts the service when it is first asked for; schedules and deployments do not wait for a page.
  void fetch(`${origin}/tagline/api/status`, { headers: { authorization: `token ${token}` }, signal }).catch(() => {});
  return { origin, pid, log, ended, stop };
}

/**
 * @param {import("./places.js").Places} places
 * @param {number} port
 * @param {string} rootDir
 */
function commandLine(places, port, rootDir) {
  return [
    ...["-m", "jupyterlab", `--ServerApp.root_dir=${rootDir}`, "--ServerApp.ip=127.0.0.1", `--ServerApp.port=${port}`],
    ...[
      "--ServerApp.port_retries=0",
      "--ServerApp.base_url=/",
      "--ServerApp.open_browser=False",
      "--MappingKernelManager.default_kernel_name=tagline",
      // Bytes in a second. Jupyter's own limit drops a chart of more than 3 MB; this one still saves the page from a flood.
      "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=50000000",
    ],
    ...(process.getuid?.() === 0 ? ["--ServerApp.allow_root=True"] : []),
    // JupyterLab's own requests to the network: news, a newer version, extensions on PyPI.
    ...[
      "--LabApp.news_url=None",
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
      "--LabApp.extension_manager=readonly",
    ],
    // The tabs of the person's other projects stay in theirs.
    `--LabApp.workspaces_dir=${join(places.build, "workspaces")}`,
  ];
}

/**
 * @param {string} origin
 * @param {string} token
 * @param {Promise<number | null>} ended
 * @param {AbortSignal} signal
 */
async function answers(origin, token, ended, signal) {
  let code = /** @type {number | null | undefined} */ (undefined);
  void ended.then((value) => {
    code = value;
  });
  const until = Date.now() + readyTimeoutMs;
  while (Date.now() < until) {
    if (code !== undefined)
      throw new LabError(`Cannot start JupyterLab: it ended with code ${code} before it answered.`);
    const reply = await fetch(`${origin}/lab`, { headers: { authorization: `token ${token}` }, signal }).catch(
      () => null,
    );
    if (reply?.ok) return;
    await wait(50, undefined, { signal });
  }
  throw new LabError(`Cannot start JupyterLab: it did not answer within ${readyTimeoutMs / 1000} s.`);
}

/**
 * Jupyter ends its kernels and the service itself when it is asked to; what is left after that is ended here.
 *
 * @param {number} pid
 * @param {Promise<number | null>} ended
 */
async function stopServer(pid, ended) {
  const family = await descendantsOf(pid);
  sendSignal(pid, "SIGTERM");
  const inTime = await Promise.race([ended.then(() => true), wait(stopTimeoutMs, false, { ref: false })]);
  if (!inTime) {
    sendSignal(-pid, "SIGKILL");
    await ended;
  }
  for (const child of family) sendSignal(child, "SIGKILL");
}
