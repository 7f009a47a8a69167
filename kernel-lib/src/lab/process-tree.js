import { runCommand } from "./run-command.js";

/**
 * The pids of everything that a process started, directly or not.
 *
 * @param {number} root
 * @returns {Promise<number[]>}
 */
export async function descendantsOf(root) {
  const listing = await runCommand("ps", ["-A", "-o", "pid=,ppid="]).catch(() => null);
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const line of listing?.output.split("\n") ?? []) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid === undefined || parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found.slice(1);
}

/**
 * @param {number} pid negative: the process group
 * @param {NodeJS.Signals} signal
 * @returns {boolean} false when there is no such process any more
 */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
