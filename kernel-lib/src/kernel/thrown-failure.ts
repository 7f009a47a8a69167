import { types } from "node:util";
import { toText } from "../display/to-text.js";
import { type CellFailure, headline } from "./cell-failure.js";
import type { CellPlace, CellSources } from "./cell-sources.js";
import { codeFrame } from "./code-frame.js";
import { readHelperFrame } from "./helper-place.js";
import { Interrupted, ProcessExit } from "./stops.js";

/** What a cell's code threw, told in the person's own lines. */
export function thrownFailure(thrown: unknown, sources: CellSources): CellFailure {
  if (!types.isNativeError(thrown) && !(thrown instanceof Error)) {
    const evalue = typeof thrown === "string" ? thrown : toText(thrown);
    return {
      ename: "Error",
      evalue,
      traceback: [headline("Error", evalue)],
      error: { name: "Error", message: evalue, line: null, column: null, stack: [] },
    };
  }
  const ename = text(() => thrown.name, "Error");
  const evalue = text(() => thrown.message, "");
  const quiet = thrown instanceof Interrupted || thrown instanceof ProcessExit;
  const { frames, place } = quiet ? { frames: [], place: null } : readStack(thrown, sources);
  const traceback = [
    headline(ename, evalue),
    ...shortened(frames.map(({ text: frame }) => frame)),
    ...causes(thrown, sources),
    ...gathered(thrown, sources),
  ];
  if (place !== null) traceback.push("", codeFrame(place.source, place));
  return {
    ename,
    evalue,
    traceback,
    error: {
      name: ename,
      message: evalue,
      line: place?.line ?? null,
      column: place?.column ?? null,
      stack: frames.filter(({ own }) => own).map(({ text: frame }) => frame.trim()),
    },
  };
}

interface Frame {
  readonly text: string;
  /** True for code of a cell. */
  readonly own: boolean;
}

const cellPlace = /(tagline-cell-\d+\.ts):(\d+):(\d+)/;

/** Frames down to the last one of a cell; Node's and Tagline's own are left out. */
function readStack(error: Error, sources: CellSources): { frames: Frame[]; place: CellPlace | null } {
  const frames: Frame[] = [];
  let place: CellPlace | null = null;
  for (const line of text(() => error.stack ?? "", "").split("\n")) {
    if (!/^\s+at /.test(line)) continue;
    const frame = readFrame(line, sources);
    if (frame === null) continue;
    place ??= frame.place;
    frames.push({ text: frame.text, own: frame.place !== null });
  }
  const last = frames.findLastIndex(({ own }) => own);
  return { frames: last < 0 ? frames : frames.slice(0, last + 1), place };
}

/** A line of a stack in the person's own terms, or null if it tells nothing of theirs. */
export function readFrame(
  line: string,
  sources: CellSources,
): { readonly text: string; readonly place: CellPlace | null } | null {
  const match = cellPlace.exec(line);
  if (match === null) return isOwn(line) ? null : { text: readHelperFrame(line), place: null };
  const place = sources.locate(match[1] ?? "", Number(match[2]), Number(match[3]));
  if (place === null) return null;
  return { text: line.replace(cellPlace, `${place.label}:${place.line}:${place.column}`), place };
}

/** `dist/`, or `src/` in our own tests. */
const ownCode = new URL("../", import.meta.url).href;
const ownPath = new URL("../", import.meta.url).pathname;

function isOwn(line: string): boolean {
  return (
    line.includes(ownCode) ||
    line.includes(ownPath) ||
    /\(?node:/.test(line) ||
    line.includes("evalmachine.<anonymous>")
  );
}

/** Of a deep stack the innermost and the outermost frames. */
function shortened(frames: readonly string[]): readonly string[] {
  if (frames.length <= 2 * SHOWN_FRAMES) return frames;
  const left = frames.length - 2 * SHOWN_FRAMES;
  return [...frames.slice(0, SHOWN_FRAMES), `    … ${left} more`, ...frames.slice(-SHOWN_FRAMES)];
}

const SHOWN_FRAMES = 10;

/** The errors that an `AggregateError` holds. */
function gathered(error: Error, sources: CellSources): string[] {
  const errors: unknown = error instanceof AggregateError ? error.errors : [];
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, SHOWN_FRAMES).flatMap((one: unknown) => {
    if (!(one instanceof Error)) return [`one of its errors: ${toText(one)}`];
    return [`one of its errors: ${one.name}: ${one.message}`, ...ownFrames(one, sources)];
  });
}

function ownFrames(error: Error, sources: CellSources): readonly string[] {
  const { frames } = readStack(error, sources);
  return shortened(frames.filter(({ own }) => own).map(({ text: frame }) => frame));
}

/** How many causes are told. */
const DEPTH = 5;

function causes(error: Error, sources: CellSources): string[] {
  const lines: string[] = [];
  let cause: unknown = error.cause;
  for (let depth = 0; depth < DEPTH && cause instanceof Error; depth += 1) {
    const { name, message } = cause;
    lines.push(`caused by ${name}: ${message}`, ...ownFrames(cause, sources));
    cause = cause.cause;
  }
  return lines;
}

/** A property of a thrown object may be a getter that throws. */
function text(read: () => unknown, otherwise: string): string {
  try {
    return String(read());
  } catch {
    return otherwise;
  }
}
