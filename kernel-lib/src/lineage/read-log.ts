import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareHlc } from "./clock.js";
import type { EventEnvelope } from "./events.js";
import { projectFiles } from "./project.js";
import {
  continuesFrom,
  type EventSpans,
  readSegment,
  type SegmentPosition,
  type SegmentProblem,
  startOf,
} from "./read-segment.js";

export interface LogContents {
  /** Of all writers, in the order of the hybrid clock, then writer, then sequence. */
  readonly events: readonly EventEnvelope[];
  /** Torn tails and the like; none of them stops the reading. */
  readonly problems: readonly SegmentProblem[];
}

/** Reads the whole log into memory. For runs and graphs use `openReader`, which keeps the fold alone. */
export function readLog(root: string): LogContents {
  const tail = new LogTail(root);
  const events: EventEnvelope[] = [];
  tail.refresh((batch) => {
    for (const event of batch) events.push(event);
  });
  return { events: events.sort(compareEvents), problems: tail.problems };
}

export function compareEvents(a: EventEnvelope, b: EventEnvelope): number {
  return compareHlc(a.hlc, b.hlc) || compareIds(a.id, b.id);
}

function compareIds(a: string, b: string): number {
  const [writerA = "", seqA = "0"] = a.split(".");
  const [writerB = "", seqB = "0"] = b.split(".");
  if (writerA !== writerB) return writerA < writerB ? -1 : 1;
  return Number(seqA) - Number(seqB);
}

/** Remembers how far it has read each segment, so that each refresh reads new bytes alone. */
export class LogTail {
  readonly #folder: string;
  readonly #positions = new Map<string, SegmentPosition>();
  readonly #problems = new Map<string, readonly SegmentProblem[]>();

  constructor(root: string) {
    this.#folder = projectFiles(root).lineage;
  }

  /** How far each segment was read. */
  get positions(): ReadonlyMap<string, SegmentPosition> {
    return this.#positions;
  }

  /** Goes on from where another one stood. */
  restore(positions: Iterable<readonly [writer: string, position: SegmentPosition]>): void {
    for (const [writer, position] of positions) this.#positions.set(writer, position);
  }

  /** What the last refresh found wrong, by segment. */
  get problems(): readonly SegmentProblem[] {
    return [...this.#problems.values()].flat();
  }

  /** True if a segment that was read is gone, shorter or another file now: what was handed on is not the log any more. */
  isStale(): boolean {
    for (const [writer, position] of this.#positions) {
      const path = join(this.#folder, `${writer}.jsonl`);
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? -1;
      if (size < position.bytes || (size > position.bytes && !continuesFrom(path, position))) return true;
    }
    return false;
  }

  /**
   * Hands on what was committed since the last call. Within one writer events come in order; between writers only
   * `compareEvents` gives an order. Returns true if there was anything new.
   */
  refresh(onEvents: (events: readonly EventEnvelope[], writer: string, spans: EventSpans) => void): boolean {
    let changed = false;
    for (const name of listSegments(this.#folder)) {
      const writer = name.slice(0, -".jsonl".length);
      const path = join(this.#folder, name);
      const from = this.#positions.get(writer) ?? startOf(writer);
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found || (found.size === from.bytes && !this.#problems.has(writer))) continue;
      const part = readSegment(path, writer, from, (events, spans) => {
        changed = true;
        onEvents(events, writer, spans);
      });
      this.#positions.set(writer, part.position);
      const kept = (this.#problems.get(writer) ?? []).filter(
        (problem) => problem.kind === "edited" || problem.kind === "garbled",
      );
      const problems = [...kept, ...part.problems];
      if (problems.length > 0) this.#problems.set(writer, problems);
      else this.#problems.delete(writer);
    }
    return changed;
  }
}

/** Names of the segment files, oldest writer first (ULIDs sort by time). */
export function listSegments(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new Error(
      `Cannot read the lineage log in ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
