import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { descendantsOf, sendSignal } from "../../kernel-lib/src/lab/process-tree.js";

/**
 * A server that a test runs beside itself, with its output in a file.
 *
 * @typedef {Awaited<ReturnType<typeof startBackground>>} Background
 */

/**
 * @param {string} name
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly log: string, readonly cwd?: string, readonly env?: NodeJS.ProcessEnv, readonly uid?: number, readonly gid?: number }} options
 */
export function startBackground(name, command, args, { log, ...options }) {
  const out = createWriteStream(log, { flags: "a" });
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
  child.stdout.pipe(out, { end: false });
  child.stderr.pipe(out, { end: false });
  /** @type {Promise<void>} */
  const closed = new Promise((resolve) => {
    child.once("error", (error) => {
      out.write(`${error.message}\n`);
      resolve();
    });
    child.once("close", () => resolve());
  });
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    pid: child.pid ?? 0,
    isRunning,
    /** The end of what it wrote. */
    tail: () => readFileSync(log, "utf8").slice(-6000),
    /** Ends all of it at once, as a machine that loses its power: nothing can be finished or said. */
    kill: async () => {
      // Stopped first, so that it starts nothing while it is counted.
      sendSignal(child.pid ?? 0, "SIGSTOP");
      const all = [child.pid ?? 0, ...(await descendantsOf(child.pid ?? 0))];
      for (const pid of all) if (pid > 0) sendSignal(pid, "SIGKILL");
      await closed;
    },
    /**
     * Asks it to end; after a while nobody asks any more.
     *
     * @param {NodeJS.Signals} [signal]
     */
    stop: async (signal = "SIGTERM", killAfterMs = 10_000) => {
      if (child.pid === undefined) return;
      const below = await descendantsOf(child.pid);
      sendSignal(child.pid, signal);
      const timer = setTimeout(() => {
        for (const pid of [child.pid ?? 0, ...below]) if (pid > 0) sendSignal(pid, "SIGKILL");
      }, killAfterMs);
      await closed;
      clearTimeout(timer);
      for (const pid of below) sendSignal(pid, "SIGKILL");
    },
  };
}
