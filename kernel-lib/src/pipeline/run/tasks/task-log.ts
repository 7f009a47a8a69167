import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hlc } from "../../../lineage/clock.js";
import type { LineageEvent } from "../../../lineage/events.js";
import { readHeads } from "../../../lineage/heads.js";
import type { LineageLog } from "../../../lineage/open-log.js";
import { openLog } from "../../../lineage/open-log.js";
import { projectFiles } from "../../../lineage/project.js";
import { type Exchange, headPath, segmentPath } from "./exchange.js";

/** A task's segment of the log, once written. */
export interface TaskSegment {
  readonly writer: string;
  readonly hlc: Hlc;
}

/**
 * Writes what a task did as a segment of its own, here and in the exchange: before it is in both, nobody is told that the task ended.
 *
 * @param after moments that come before it, whatever this machine's time says
 */
export async function writeSegment(
  root: string,
  events: readonly LineageEvent[],
  { exchange, after, now }: { readonly exchange: Exchange; readonly after: readonly Hlc[]; readonly now: () => number },
): Promise<TaskSegment> {
  const log = openLog(root, { clock: now });
  for (const hlc of after) log.observe(hlc);
  log.append(events);
  await log.close();
  const { lineage, heads } = projectFiles(root);
  const head = readHeads(heads)[log.writer];
  // First, so that whoever sees the segment can tell whether all of it is there.
  if (head !== undefined) await exchange.put(headPath(log.writer), Buffer.from(JSON.stringify(head)));
  await exchange.put(segmentPath(log.writer), readFileSync(join(lineage, `${log.writer}.jsonl`)));
  return { writer: log.writer, hlc: head?.hlc ?? [now(), 0] };
}

/** Holds events back until it is known what becomes of the task. */
export class HeldLog implements LineageLog {
  readonly writer = "held";
  readonly root: string;
  readonly events: LineageEvent[] = [];

  constructor(root: string) {
    this.root = root;
  }

  append(events: LineageEvent | readonly LineageEvent[]): readonly string[] {
    this.events.push(...[events].flat());
    return [];
  }

  observe(): void {}
  async commit(): Promise<void> {}
  commitSync(): void {}
  async close(): Promise<void> {}
  closeSync(): void {}
}
