import { readdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/**
 * A writer's mark `<writer>.live` says that its process may still write. It answers one question, whether a run
 * without an end is still going on, and serves for nothing else. On the same host it is settled by the process id
 * (with its start time, since ids are used again); from elsewhere by the mark's age, for which it is touched now and then.
 */
interface Mark {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process as the system tells it, or null where it does not. */
  readonly started: string | null;
}

export const TOUCH_EVERY_MS = 30_000;
const SILENT_AFTER_MS = 5 * 60_000;

export function markLive(folder: string, writer: string): void {
  writeFileSync(markPath(folder, writer), ownMark());
}

/** What a file says that this process holds. */
export function ownMark(): string {
  const mark: Mark = { pid: process.pid, host: hostname(), started: processStart(process.pid) };
  return JSON.stringify(mark);
}

export function touchMark(folder: string, writer: string): void {
  try {
    utimesSync(markPath(folder, writer), new Date(), new Date());
  } catch {
    // The folder may be gone; the next commit tells.
  }
}

export function clearMark(folder: string, writer: string): void {
  try {
    unlinkSync(markPath(folder, writer));
  } catch {
    // Gone already.
  }
}

export function isLive(folder: string, writer: string, now: number = Date.now()): boolean {
  return isHeld(markPath(folder, writer), now);
}

/** True if the process that wrote the mark still lives, as far as can be told. */
export function isHeld(path: string, now: number = Date.now()): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false;
  try {
    // Written by `markLive`; a torn one fails to parse.
    const mark = JSON.parse(readFileSync(path, "utf8")) as Mark;
    if (mark.host !== hostname()) return now - found.mtimeMs < SILENT_AFTER_MS;
    return processStart(mark.pid) === mark.started && processExists(mark.pid);
  } catch {
    return false;
  }
}

/** Those whose process may still write. */
export function liveWriters(folder: string): readonly string[] {
  return markedWriters(folder).filter((writer) => isLive(folder, writer));
}

function markedWriters(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => (name.endsWith(".live") ? [name.slice(0, -".live".length)] : []));
  } catch {
    // No log yet.
    return [];
  }
}

/** Removes the marks that dead processes left. */
export function sweepMarks(folder: string): void {
  for (const writer of markedWriters(folder)) if (!isLive(folder, writer)) clearMark(folder, writer);
}

function markPath(folder: string, writer: string): string {
  return join(folder, `${writer}.live`);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Linux tells a process's start in field 22 of its stat line, counted after the name in brackets. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
