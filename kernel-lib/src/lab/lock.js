import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Runs `body` while no other process prepares the same checkout. The lock is a file with its holder's pid;
 * a holder that died does not hold it.
 *
 * @template T
 * @param {string} file
 * @param {(holder: number) => void} onWait called once if another process holds it
 * @param {() => Promise<T>} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, body, signal) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder !== null && !isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told && holder !== null) onWait(holder);
    told ||= holder !== null;
    await wait(100, undefined, signal === undefined ? {} : { signal });
  }
  const release = () => rmSync(file, { force: true });
  process.on("exit", release);
  try {
    return await body();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} file */
function holderOf(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isNaN(pid) ? null : pid;
  } catch {
    return null;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
