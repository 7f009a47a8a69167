import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { claim } from "./claim.js";
import { type Compaction, compactLog } from "./compact-log.js";
import { projectFiles } from "./project.js";
import { readRetention } from "./read-retention.js";
import { type Retained, retainLog } from "./retain-log.js";
import { scanSegments } from "./segment-folder.js";

export interface Tidied {
  readonly retained: Retained | null;
  readonly compaction: Compaction | null;
}

export interface TidyOptions {
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** Fewer segments in files of their own are left alone. Default 100. */
  readonly leastSegments?: number;
}

/** Segments that were written to since stay in files of their own, where people look for them. */
const AGE_MS = 24 * 3_600_000;
/** The rest waits for the next day. */
const LIMIT_BYTES = 1 << 30;
const KIND = "tidy";

/**
 * What a log needs once a day: what is older than the project keeps it goes, and many old segments become few. Of all processes that
 * ask on one day, one does it. Null for all others, and where there is nothing to do.
 */
export function tidyLog(root: string, { now = Date.now(), leastSegments = 100 }: TidyOptions = {}): Tidied | null {
  const retention = readRetention(root);
  const isFull = countOld(root, now) >= leastSegments;
  if (retention === null && !isFull) return null;
  const day = new Date(now).toISOString().slice(0, 10);
  if (!claim(root, KIND, day, String(process.pid)).mine) return null;
  forgetDays(root, day);
  const retained = retention === null ? null : retainLog(root, retention, { now });
  const compaction = isFull ? compactLog(root, { beforeMs: now - AGE_MS, limitBytes: LIMIT_BYTES, now }) : null;
  return { retained, compaction };
}

function countOld(root: string, now: number): number {
  let count = 0;
  for (const { mtimeMs } of scanSegments(projectFiles(root).lineage).plain.values())
    if (mtimeMs < now - AGE_MS) count += 1;
  return count;
}

/** A day that is over needs no claim any more. */
function forgetDays(root: string, today: string): void {
  const folder = join(projectFiles(root).claims, KIND);
  if (!existsSync(folder)) return;
  for (const day of readdirSync(folder))
    if (/^\d{4}-/.test(day) && day < today) rmSync(join(folder, day), { force: true });
}
