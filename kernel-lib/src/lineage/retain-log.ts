import { type EraseOptions, type Erasure, eraseLog } from "./erase-log.js";
import { HASH_DIGITS, keyOf } from "./log-index/index-key.js";
import { readFired } from "./read-fired.js";
import { type LogReader, openReader } from "./reader.js";
import type { RunRecord } from "./run-record.js";
import { tracesOf } from "./runs.js";

/** What a project keeps: a run that one of these keeps stays. */
export interface Retention {
  /** Runs that ended since, and requests answered since. Milliseconds. */
  readonly ageMs?: number;
  /** So many of the newest runs. */
  readonly runs?: number;
}

export interface Retained extends Erasure {
  /** Runs past the limit that something still needs, and what. */
  readonly needed: readonly { readonly run: string; readonly reason: string }[];
}

export interface RetainOptions extends EraseOptions {
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/**
 * Takes out of the log what is older than the project keeps it, as `eraseLog` does: the bytes go, the chains stay, the log says so. Never
 * goes what made a registered version of a model (and with it what aliases and deployments stand for), the last run of a
 * schedule, what still goes on, what any of these took a file from, or what gave a step's result to a run that stays.
 */
export function retainLog(
  root: string,
  { ageMs, runs }: Retention,
  { now = Date.now(), dryRun = false }: RetainOptions = {},
): Retained {
  const nothing: Retained = { events: 0, runs: [], segments: [], objects: [], needed: [] };
  if (ageMs === undefined && runs === undefined) return nothing;
  const reader = openReader(root);
  const past: string[] = [];
  const young: RunRecord[] = [];
  let place = 0;
  for (const record of reader.runs()) {
    place += 1;
    if ((runs !== undefined && place <= runs) || (ageMs !== undefined && endOf(record) >= now - ageMs))
      young.push(record);
    else past.push(record.run);
  }
  const needed = past.length === 0 ? new Map<string, string>() : neededRuns(reader, young);
  const erasure = eraseLog(
    root,
    {
      runs: past.filter((run) => !needed.has(run)),
      ...(ageMs === undefined ? {} : { requestsBeforeMs: now - ageMs }),
    },
    { dryRun },
  );
  return { ...erasure, needed: past.flatMap((run) => (needed.has(run) ? { run, reason: needed.get(run) ?? "" } : [])) };
}

function endOf({ digest, finished, hlc }: RunRecord): number {
  const at = finished === null ? Number.NaN : Date.parse(finished.at);
  return Math.max(Number.isNaN(at) ? 0 : at, digest.endMs ?? 0, hlc[0]);
}

/** Runs that must stay, whatever their age, and why. */
function neededRuns(reader: LogReader, young: readonly RunRecord[]): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  const waiting: RunRecord[] = [];
  const keep = (record: RunRecord | undefined, reason: string): void => {
    if (record === undefined || needed.has(record.run)) return;
    needed.set(record.run, reason);
    waiting.push(record);
  };
  const live = new Set(reader.liveWriters());
  for (const record of reader.runs()) {
    const made = record.models.at(-1)?.event;
    if (made !== undefined) keep(record, `it made version ${made.number} of ${made.model}`);
    // A run may have parts in several segments.
    if (record.places.some(({ writer }) => live.has(writer)) || live.has(record.writer))
      keep(record, "its process still writes");
  }
  const last = new Map<string, { readonly run: string; readonly due: number }>();
  for (const { run, schedule, due } of readFired(reader).values()) {
    const moment = Date.parse(due);
    if (moment >= (last.get(schedule)?.due ?? Number.NEGATIVE_INFINITY)) last.set(schedule, { run, due: moment });
  }
  for (const [schedule, { run }] of last) keep(reader.record(run), `it is the last run of schedule ${schedule}`);
  const keepSteps = ({ run, steps }: RunRecord): void => {
    for (const { step, cachedFrom } of steps)
      if (cachedFrom !== null) keep(reader.record(cachedFrom), `run ${run} has its step ${step} from it`);
  };
  // A result that is still used again is not taken from those who use it.
  for (const record of young) if (record.digest.steps > 0) keepSteps(record);
  for (let record = waiting.pop(); record !== undefined; record = waiting.pop()) {
    keepSteps(record);
    for (const { files } of tracesOf(record))
      for (const { path, mode, sha256 } of files)
        if (mode === "read" && sha256 !== null)
          for (const writer of reader.runs(keyOf("write", path, sha256.slice(0, HASH_DIGITS))))
            keep(writer, `run ${record.run} reads ${path}, which it wrote`);
  }
  return needed;
}
