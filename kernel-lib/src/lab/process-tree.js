import { readdirSync, readFileSync } from "node:fs";
import { runCommand } from "./run-command.js";

/**
 * The pids of everything that a process started, directly or not.
 *
 * @param {number} root
 * @returns {Promise<number[]>}
 */
export async function descendantsOf(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const [pid, parent] of process.platform === "linux" ? procParents() : await psParents()) {
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found.slice(1);
}

/**
 * A slim container has no `ps`.
 *
 * @returns {[pid: number, parent: number][]}
 */
function procParents() {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // `pid (name) state parent …`, where the name may hold spaces and brackets.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return [/** @type {[number, number]} */ ([Number(name), parent])];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

/** @returns {Promise<[pid: number, parent: number][]>} */
async function psParents() {
  const listing = await runCommand("ps", ["-A", "-o", "pid=,ppid="]).catch(() => null);
  return (listing?.output.split("\n") ?? []).flatMap((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return pid === undefined || parent === undefined ? [] : [/** @type {[number, number]} */ ([pid, parent])];
  });
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
