import type { CellFinished, EventEnvelope, StepFinished } from "./events.js";
import { reviveNumbers } from "./odd-numbers.js";
import type { OpenSegments } from "./open-segments.js";
import type { EventSpans } from "./read-segment.js";
import { readSpans } from "./read-spans.js";

/** What cells and steps of a run did: most of the log's bytes, and rarely asked for. */
export interface RunBody {
  readonly cells: CellFinished[];
  readonly steps: StepFinished[];
}

/** Where the lines of a run stand in a writer's segment, mostly alone there. */
export interface BodyPlace {
  readonly writer: string;
  readonly spans: readonly number[];
}

/** Keeps the newest asked for, up to so many bytes of the log. */
const KEPT_BYTES = 16 << 20;

/** Reads the bodies of runs when they are asked for, and keeps those that were asked for last. */
export class RunBodies {
  readonly #segments: OpenSegments;
  readonly #kept = new Map<string, { readonly body: RunBody; readonly bytes: number }>();
  #bytes = 0;

  constructor(segments: OpenSegments) {
    this.#segments = segments;
  }

  /** Before events are read again that some of the bodies have. */
  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  /** The body if it is at hand. */
  peek(run: string): RunBody | undefined {
    return this.#kept.get(run)?.body;
  }

  get(run: string, places: readonly BodyPlace[]): RunBody {
    const known = this.#kept.get(run);
    if (known !== undefined) {
      this.#kept.delete(run);
      this.#kept.set(run, known);
      return known.body;
    }
    const body: RunBody = { cells: [], steps: [] };
    let bytes = 0;
    for (const { writer, spans } of places) {
      bytes += bytesOf(spans);
      for (const { event } of readSpans(this.#segments, writer, spans))
        if ("run" in event && event.run === run) addToBody(body, event);
    }
    this.#kept.set(run, { body, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES || oldest === run) break;
      this.#kept.delete(oldest);
      this.#bytes -= freed;
    }
    return body;
  }
}

/** Adds an event to a body, if it is one of a cell or a step. */
export function addToBody(body: RunBody, event: EventEnvelope["event"]): void {
  if (event.kind === "cell.finished") body.cells.push({ ...event, trace: reviveNumbers(event.trace) });
  else if (event.kind === "step.finished") body.steps.push({ ...event, cells: event.cells.map(reviveNumbers) });
}

function bytesOf(spans: EventSpans): number {
  let bytes = 0;
  for (let index = 0; index + 1 < spans.length; index += 2) bytes += (spans[index + 1] ?? 0) - (spans[index] ?? 0);
  return bytes;
}
