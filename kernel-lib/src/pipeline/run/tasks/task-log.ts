import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hlc } from "../../../lineage/clock.js";
import type { LineageEvent } from "../../../lineage/events.js";
import type { LineageLog } from "../../../lineage/open-log.js";
import { openLog } from "../../../lineage/open-log.js";
import { projectFiles } from "../../../lineage/project.js";
import { type Exchange, segmentPath } from "./exchange.js";

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
  const bytes = readFileSync(join(projectFiles(root).lineage, `${log.writer}.jsonl`));
  await exchange.put(segmentPath(log.writer), bytes);
  return { writer: log.writer, hlc: lastHlc(bytes) };
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

function lastHlc(bytes: Buffer): Hlc {
  let last: Hlc = [0, 0];
  for (const line of bytes.toString("utf8").split("\n")) {
    if (!line.includes('"hlc"')) continue;
    // The segment was just written by `openLog`.
    const { hlc } = JSON.parse(line) as { readonly hlc?: Hlc };
    if (hlc !== undefined) last = hlc;
  }
  return last;
}
