import { spawn } from "node:child_process";

/**
 * @typedef {object} CommandResult
 * @property {number | null} code null when a signal ended it
 * @property {string} output standard output and standard error, in the order they came
 */

/**
 * Runs a program to its end and keeps what it says.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<CommandResult>} rejects when the program cannot be started (`ENOENT`) and when `signal` ended it
 */
export function runCommand(command, args, { signal, ...options } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const end = () => void child.kill("SIGTERM");
    signal?.addEventListener("abort", end);
    let output = "";
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-200_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      signal?.removeEventListener("abort", end);
      reject(error);
    });
    child.on("close", (code) => {
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, output });
    });
  });
}

// What npm and pip say around the reason: stack frames, dumped fields, paths of their logs.
const noise = /^(?:npm error)?\s*(?:at .*|\w+: (?:'.*'|\d+),?|\}|)$|A complete log|npm help config|^Ignoring /;
const telling = /error|cannot|failed|refused|reason|not found|timed? ?out|no space|denied/i;

/**
 * The lines of a failed command's output that say why, at most `limit`, the last ones.
 *
 * @param {string} output
 * @param {number} [limit]
 */
export function telltaleLines(output, limit = 6) {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== "" && !noise.test(line));
  const reasons = lines.filter((line) => telling.test(line));
  return (reasons.length > 0 ? reasons : lines).slice(-limit).map((line) => line.slice(0, 240));
}
