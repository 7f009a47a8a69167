import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const startLimitMs = 180_000;

/**
 * A real tracking server with one worker, on SQLite: MLflow's own default.
 *
 * @param {string} bin folder of programs of its virtual environment
 * @param {string} folder
 * @returns {Promise<{ uri: string, stop: () => Promise<void> }>}
 */
export async function startMlflow(bin, folder) {
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  const path = join(folder, "mlflow.log");
  const log = openSync(path, "a");
  const args = ["server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"];
  // A group of its own: its workers end with it.
  const server = spawn(join(bin, "mlflow"), [...args, "--backend-store-uri", "sqlite:///mlflow.db"], {
    cwd: folder,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const closed = once(server, "close");
  const stop = async () => {
    end(server, "SIGTERM");
    const timer = setTimeout(() => end(server, "SIGKILL"), 10_000);
    await closed;
    clearTimeout(timer);
    end(server, "SIGKILL");
  };
  const until = performance.now() + startLimitMs;
  while (server.exitCode === null && performance.now() < until) {
    const answer = await fetch(`${uri}/health`).catch(() => null);
    if (answer?.ok) return { uri, stop };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await stop();
  throw new Error(`Cannot start the MLflow server: ${readFileSync(path, "utf8").slice(-2000)}`);
}

/**
 * @param {import("node:child_process").ChildProcess} server
 * @param {NodeJS.Signals} signal
 */
function end(server, signal) {
  if (server.pid === undefined) return;
  try {
    process.kill(-server.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
