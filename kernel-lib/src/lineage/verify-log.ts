import { statSync } from "node:fs";
import { join } from "node:path";
import { readHeads } from "./heads.js";
import { projectFiles } from "./project.js";
import { listSegments } from "./read-log.js";
import { readSegment, type SegmentProblem, startOf } from "./read-segment.js";

export interface LogVerdict {
  /** False if anything is worse than a torn tail, which a crash leaves and which holds nothing that was acknowledged. */
  readonly intact: boolean;
  readonly segments: number;
  readonly events: number;
  readonly problems: readonly SegmentProblem[];
}

/**
 * Reads every batch against its hash, and every segment against its last noted head: finds a changed byte (with segment
 * and offset), and a segment that was cut or is gone.
 */
export function verifyLog(root: string): LogVerdict {
  const files = projectFiles(root);
  const heads = { ...readHeads(files.heads) };
  const problems: SegmentProblem[] = [];
  let segments = 0;
  let events = 0;
  for (const name of listSegments(files.lineage)) {
    const writer = name.slice(0, -".jsonl".length);
    const path = join(files.lineage, name);
    const part = readSegment(path, writer, startOf(writer), () => {});
    segments += 1;
    events += part.position.events;
    problems.push(...part.problems);
    const head = heads[writer];
    delete heads[writer];
    if (!head) continue;
    const size = statSync(path).size;
    if (part.position.bytes < head.bytes) {
      problems.push({
        kind: "cut",
        writer,
        offset: part.position.bytes,
        message: `${name} ends at byte ${size}, before its head at byte ${head.bytes}: events are missing`,
      });
    }
  }
  for (const [writer, head] of Object.entries(heads)) {
    problems.push({
      kind: "cut",
      writer,
      offset: 0,
      message: `${writer}.jsonl is gone; it held ${head.events} events`,
    });
  }
  return { intact: problems.every(({ kind }) => kind === "torn"), segments, events, problems };
}
