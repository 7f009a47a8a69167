import { compareHlc } from "./clock.js";
import type { CompactedFile } from "./compacted-file.js";
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
import type { SegmentBytes } from "./segment-bytes.js";
import {
  isMissing,
  listPlaces,
  openPlace,
  openSegment,
  type SegmentPlace,
  type SegmentScan,
  scanSegments,
} from "./segment-folder.js";

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
  /** Compacted files of which nothing is new. */
  readonly #compacted = new WeakSet<CompactedFile>();

  constructor(root: string) {
    this.#folder = projectFiles(root).lineage;
  }

  /** How far each segment was read. */
  get positions(): ReadonlyMap<string, SegmentPosition> {
    return this.#positions;
  }

  /** Goes on from where another one stood, which had found these problems. */
  restore(
    positions: Iterable<readonly [writer: string, position: SegmentPosition]>,
    problems: readonly SegmentProblem[] = [],
  ): void {
    for (const [writer, position] of positions) this.#positions.set(writer, position);
    for (const problem of problems)
      this.#problems.set(problem.writer, [...(this.#problems.get(problem.writer) ?? []), problem]);
  }

  /** What the last refresh found wrong, by segment. */
  get problems(): readonly SegmentProblem[] {
    return [...this.#problems.values()].flat();
  }

  /** True if a segment that was read is gone, shorter or another one now: what was handed on is not the log any more. */
  isStale(scan: SegmentScan = scanSegments(this.#folder)): boolean {
    for (const [writer, position] of this.#positions) {
      const place = scan.find(writer);
      if (place === null || place.size < position.bytes) return true;
      if (place.size === position.bytes) {
        if (place.compacted !== null && place.compacted.section.hash !== position.hash) return true;
      } else if (!this.#read(place, (segment) => continuesFrom(segment, position))) return true;
    }
    return false;
  }

  /**
   * Hands on what was committed since the last call. Within one writer events come in order; between writers only
   * `compareEvents` gives an order. `positions` is then behind what was handed on. Returns true if there was anything new.
   */
  refresh(
    onEvents: (events: readonly EventEnvelope[], writer: string, spans: EventSpans) => void,
    scan: SegmentScan = scanSegments(this.#folder),
  ): boolean {
    let changed = false;
    for (const place of this.#pending(scan)) {
      const { writer } = place;
      const from = this.#positions.get(writer) ?? startOf(writer);
      const part = this.#read(place, (segment) =>
        readSegment(segment, writer, from, (events, spans, position) => {
          changed = true;
          this.#positions.set(writer, position);
          onEvents(events, writer, spans);
        }),
      );
      if (part === null) continue;
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

  /** How many bytes of the segments were not read yet. */
  unread(scan: SegmentScan = scanSegments(this.#folder)): number {
    return listPlaces(scan).reduce(
      (sum, { writer, size }) => sum + Math.max(0, size - (this.#positions.get(writer)?.bytes ?? 0)),
      0,
    );
  }

  /** The segments in which there may be something new, the oldest writer first. */
  #pending(scan: SegmentScan): SegmentPlace[] {
    const pending: SegmentPlace[] = [];
    const isNew = ({ writer, size }: Pick<SegmentPlace, "writer" | "size">): boolean =>
      size !== (this.#positions.get(writer)?.bytes ?? 0) || this.#problems.has(writer);
    for (const place of scan.plain.values()) if (isNew(place)) pending.push(place);
    for (const file of scan.compacted) {
      if (this.#compacted.has(file)) continue;
      this.#compacted.add(file);
      for (const { writer, bytes } of file.sections.values()) {
        const place = isNew({ writer, size: bytes }) ? scan.find(writer) : null;
        if (place?.compacted?.file === file) pending.push(place);
      }
    }
    for (const { name, reason } of scan.unreadable)
      this.#problems.set(name, [
        { kind: "garbled", writer: name, offset: 0, message: `${name} cannot be read: ${reason}` },
      ]);
    return pending.sort((a, b) => (a.writer < b.writer ? -1 : 1));
  }

  /** Null if the segment is nowhere any more. */
  #read<T>(place: SegmentPlace, read: (segment: SegmentBytes) => T): T | null {
    let segment: SegmentBytes | null;
    try {
      segment = openPlace(place);
    } catch (error) {
      if (!isMissing(error)) throw error;
      // It was moved since.
      segment = openSegment(this.#folder, place.writer);
    }
    if (segment === null) return null;
    try {
      return read(segment);
    } finally {
      segment.close();
    }
  }
}
