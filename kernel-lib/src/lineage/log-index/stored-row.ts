import type { RunEnvironment, RunFinished, RunStarted } from "../events.js";
import type { BodyPlace } from "../run-bodies.js";
import type { RegisteredInRun, StoredRecord } from "../run-record.js";

/** Values that many runs share, each kept once. */
export interface Dictionaries {
  readonly words: readonly string[];
  readonly environments: readonly RunEnvironment[];
}

/** JSON has no NaN and no -0: odd numbers are strings. */
type StoredMetrics = Readonly<Record<string, number | string>>;

/** A record as a line of the index: words and environments by their place in the dictionaries. */
type Row = readonly [
  run: string,
  writer: number,
  author: number,
  host: number,
  ms: number,
  counter: number,
  started: readonly [runKind: RunStarted["runKind"], notebook: number, environment: number, rest: StartedRest] | null,
  finished: Omit<RunFinished, "kind" | "run"> | null,
  digest: readonly [cells: number, steps: number, params: object, metrics: StoredMetrics, endMs: number | null],
  places: readonly (readonly [writer: number, ...spans: number[]])[],
  models: readonly RegisteredInRun[],
];

type StartedRest = Omit<RunStarted, "kind" | "run" | "runKind" | "notebook" | "environment">;

/** Collects the dictionaries of one layer while its rows are written. */
export class RowEncoder {
  readonly #words = new Map<string, number>();
  readonly #environments = new Map<string, number>();

  get dictionaries(): Dictionaries {
    return {
      words: [...this.#words.keys()],
      environments: [...this.#environments.keys()].map((text) => JSON.parse(text) as RunEnvironment),
    };
  }

  encode(record: StoredRecord): string {
    const { run, writer, author, host, hlc, started, finished, digest, places, models } = record;
    const row: Row = [
      run,
      this.#word(writer),
      this.#word(author),
      this.#word(host),
      ...hlc,
      started === null ? null : this.#started(started),
      finished === null ? null : restOfFinished(finished),
      [digest.cells, digest.steps, digest.params, toStored(digest.metrics), digest.endMs],
      places.map(({ writer: of, spans }) => [this.#word(of), ...spans] as const),
      models,
    ];
    return JSON.stringify(row);
  }

  #started({ kind: _kind, run: _run, runKind, notebook, environment, ...rest }: RunStarted): Row[6] {
    const text = JSON.stringify(environment);
    return [runKind, notebook === null ? -1 : this.#word(notebook), placeOf(this.#environments, text), rest];
  }

  #word(text: string): number {
    return placeOf(this.#words, text);
  }
}

/** @param row as `RowEncoder` wrote it, parsed */
export function decodeRow(row: unknown, { words, environments }: Dictionaries): StoredRecord {
  // Its bytes were checked: it is what `RowEncoder` wrote.
  const [run, writer, author, host, ms, counter, started, finished, digest, places, models] = row as Row;
  const word = (place: number): string => {
    const found = words[place];
    if (found === undefined) throw new Error(`Cannot find word ${place} of the index`);
    return found;
  };
  return {
    run,
    writer: word(writer),
    author: word(author),
    host: word(host),
    hlc: [ms, counter],
    started: started === null ? null : decodeStarted(run, started, word, environments),
    finished: finished === null ? null : { kind: "run.finished", run, ...finished },
    digest: {
      cells: digest[0],
      steps: digest[1],
      params: digest[2] as Readonly<Record<string, unknown>>, // names to values of JSON
      metrics: fromStored(digest[3]),
      endMs: digest[4],
    },
    places: places.map(([of, ...spans]): BodyPlace => ({ writer: word(of), spans })),
    models,
  };
}

function decodeStarted(
  run: string,
  [runKind, notebook, environment, rest]: NonNullable<Row[6]>,
  word: (place: number) => string,
  environments: readonly RunEnvironment[],
): RunStarted {
  const known = environments[environment];
  if (known === undefined) throw new Error(`Cannot find environment ${environment} of the index`);
  return {
    kind: "run.started",
    run,
    runKind,
    notebook: notebook < 0 ? null : word(notebook),
    ...rest,
    environment: known,
  };
}

function restOfFinished({ kind: _kind, run: _run, ...rest }: RunFinished): Omit<RunFinished, "kind" | "run"> {
  return rest;
}

function isPlain(value: unknown): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function toStored(metrics: Readonly<Record<string, number>>): StoredMetrics {
  if (Object.values(metrics).every(isPlain)) return metrics;
  const entries = Object.entries(metrics).map(
    ([name, value]) => [name, isPlain(value) ? value : Object.is(value, -0) ? "-0" : String(value)] as const,
  );
  return Object.fromEntries(entries);
}

function fromStored(metrics: StoredMetrics): Readonly<Record<string, number>> {
  const entries = Object.entries(metrics);
  const isAllNumbers = entries.every(([, value]) => typeof value === "number");
  if (isAllNumbers) return metrics as Readonly<Record<string, number>>; // just seen
  return Object.fromEntries(entries.map(([name, value]) => [name, Number(value)]));
}

function placeOf(places: Map<string, number>, text: string): number {
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, places.size);
  return places.size - 1;
}
