import { type Compaction, compactLog } from "../lineage/compact-log.js";
import { findProjectRoot } from "../lineage/project.js";
import { readMoment } from "./read-moment.js";

export interface CompactFlags {
  readonly before?: string;
  readonly dryRun?: boolean;
}

/** Makes the old segments of this project few. */
export function compactProject({ before, dryRun = false }: CompactFlags): Compaction {
  return compactLog(findProjectRoot(), {
    dryRun,
    ...(before === undefined ? {} : { beforeMs: readMoment(before, "--before") }),
  });
}

export function formatCompaction(
  { segments, files, bytesBefore, bytesAfter, left }: Compaction,
  isDryRun: boolean,
): string {
  const notes = left.map(({ writer, reason }) => `left as it is: ${writer}.jsonl, as ${reason}`);
  // Those that are written just now are many on a busy day.
  if (notes.length > 10) notes.splice(10, Infinity, `left as they are: ${left.length - 10} more`);
  const what = `${segments} segments (${size(bytesBefore)})`;
  const into = `${files} ${files === 1 ? "file" : "files"}`;
  if (segments === 0) notes.push("There is nothing to compact.");
  else if (isDryRun) notes.push(`Would move ${what} into ${into}.`);
  else notes.push(`Moved ${what} into ${into} (${size(bytesAfter)}). Every answer stays as it was.`);
  return `${notes.join("\n")}\n`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
