import { closestNames } from "./closest.js";
import { keyOf } from "./log-index/index-key.js";
import { newestFirst } from "./log-index/newest-first.js";
import type { LogReader } from "./reader.js";
import type { RunRecord } from "./run-record.js";
import { UnknownNameError } from "./unknown-name-error.js";

export interface FindRunOptions {
  /** Only runs of this notebook, as the log names it. */
  readonly notebook?: string;
  /** What the run is wanted for, as a message begins: `Cannot report`. Default: `Cannot find the run`. */
  readonly cannot?: string;
  /** Whether `latest` means the newest run of a pipeline, where there is one. Default: the newest of any kind. */
  readonly pipelineFirst?: boolean;
}

/** Letters of an id from which it may be shortened. */
const SHORTEST = 6;
const MOST_CANDIDATES = 5;
/** Of so many of the newest one may have been mistyped. */
const MOST_COMPARED = 2000;

/**
 * The one run that `latest`, `latest~1` (the one before it), `run:ID`, an id or the beginning of one (six letters or more) means.
 *
 * @throws UnknownNameError if none or several are meant
 */
export function findRun(reader: LogReader, asked: string, options: FindRunOptions = {}): RunRecord {
  const { notebook, cannot = "Cannot find the run" } = options;
  const [found, ...more] = runsMeant(reader, asked, options);
  if (found !== undefined && more.length === 0) return found;
  const of = notebook === undefined ? "" : ` of ${notebook}`;
  if (found !== undefined) {
    const candidates = [found, ...more].slice(0, MOST_CANDIDATES).map(({ run }) => `run:${run}`);
    const several = more.length >= MOST_CANDIDATES ? ", …" : "";
    throw new UnknownNameError(`${cannot} ${asked}: it may mean ${candidates.join(", ")}${several}`, candidates);
  }
  const newest = first(runsOf(reader, notebook), MOST_COMPARED).map(({ run }) => run);
  if (newest.length === 0)
    throw new UnknownNameError(
      `${cannot} ${asked}: there is no run${of} in ${reader.root} yet. Start one: tagline run NOTEBOOK`,
      [],
    );
  const close = closeTo(asked.replace(/^run:/, ""), newest);
  const candidates = (close.length > 0 ? close : newest.slice(0, MOST_CANDIDATES)).map((run) => `run:${run}`);
  const hint =
    close.length > 0
      ? `Did you mean ${candidates.join(" or ")}?`
      : `The newest are ${candidates.join(", ")}; see: tagline runs`;
  throw new UnknownNameError(`${cannot} ${asked}: there is no run${of} of that name. ${hint}`, candidates);
}

/** The runs that a name may mean; more than a few are not told. */
export function runsMeant(
  reader: LogReader,
  asked: string,
  { notebook, pipelineFirst = false }: FindRunOptions = {},
): readonly RunRecord[] {
  const name = asked.replace(/^run:/, "");
  const [, back] = /^latest(?:~(\d+))?$/.exec(name) ?? [];
  if (name === "latest" || back !== undefined) {
    if (pipelineFirst && back === undefined)
      for (const record of runsOf(reader, notebook)) if (record.started?.runKind === "pipeline") return [record];
    let left = Number(back ?? 0);
    for (const record of runsOf(reader, notebook)) {
      if (left === 0) return [record];
      left -= 1;
    }
    return [];
  }
  const isMeant = (record: RunRecord): boolean => notebook === undefined || record.started?.notebook === notebook;
  for (const id of new Set([name, name.toUpperCase()])) {
    const exact = reader.record(id);
    if (exact !== undefined && isMeant(exact)) return [exact];
  }
  if (name.length < SHORTEST) return [];
  const found = new Map<string, RunRecord>();
  for (const beginning of new Set([name, name.toUpperCase()])) {
    for (const key of reader.keys(keyOf("run", beginning))) {
      const record = reader.record(key.slice(keyOf("run", "").length));
      if (record !== undefined && isMeant(record)) found.set(record.run, record);
      if (found.size > MOST_CANDIDATES) break;
    }
  }
  return [...found.values()].sort(newestFirst);
}

function runsOf(reader: LogReader, notebook: string | undefined): Iterable<RunRecord> {
  return notebook === undefined ? reader.runs() : reader.runs(keyOf("notebook", notebook));
}

function first<T>(all: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  for (const one of all) {
    if (taken.length >= most) break;
    taken.push(one);
  }
  return taken;
}

/** Ids of one day share their first half: only nearly equal ones are worth a guess. */
function closeTo(asked: string, known: readonly string[]): string[] {
  const upper = asked.toUpperCase();
  const alike = known.filter((run) => differsBy(run, upper) <= 3);
  return closestNames(upper, alike);
}

function differsBy(a: string, b: string): number {
  let count = Math.abs(a.length - b.length);
  for (let index = 0; index < a.length && index < b.length; index += 1) if (a[index] !== b[index]) count += 1;
  return count;
}
