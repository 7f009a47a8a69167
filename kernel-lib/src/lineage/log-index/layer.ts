import type { Hlc } from "../clock.js";
import type { AliasMoved, DeploymentChanged } from "../events.js";
import type { StoredRecord } from "../run-record.js";

/**
 * What a stretch of the log says, to be asked without reading that stretch: in memory for its end, else in a file. Layers lie on
 * each other: of a run that several have, the uppermost knows all; what a key finds is what all of them find.
 */
export interface Layer {
  /** How many runs it has. */
  readonly count: number;
  /** Runs that a layer below has, too. */
  readonly updates: readonly string[];
  readonly state: LayerState;
  /** The run at a place; 0 is the newest. */
  run(place: number): StoredRecord;
  /** All runs, newest first. */
  runs(): Iterable<StoredRecord>;
  /** Places of the runs that a key finds, ascending. */
  find(key: string): Iterable<number>;
  /** Keys that begin like this, in the order of their letters, with the places of their runs. */
  keys(prefix: string): Iterable<readonly [key: string, places: Iterable<number>]>;
  /** Where the segments' events stand. */
  blocks(): SegmentBlocks;
  /** Where the events of a rare kind stand. */
  spans(kind: string): readonly EventPlace[];
}

/** What is folded from rare events. */
export interface LayerState {
  /** The last move of each alias, by `model@alias`. */
  readonly aliases: ReadonlyMap<string, Last<Pick<AliasMoved, "model" | "alias" | "version">>>;
  /** The last change of each deployment, by its name. */
  readonly deployments: ReadonlyMap<string, Last<DeploymentChanged>>;
  /** By the deployment's name. */
  readonly requests: ReadonlyMap<string, RequestTally>;
}

export interface Last<T> {
  readonly hlc: Hlc;
  readonly event: T;
}

/** What a deployment answered. */
export interface RequestTally {
  readonly total: number;
  /** Of these: refused because of what was sent (4xx). */
  readonly refused: number;
  /** Of these: the model's or the server's fault (5xx). */
  readonly failed: number;
  /** The newest hundred, oldest first: when (ISO 8601), and how long it took (milliseconds). */
  readonly newest: readonly (readonly [at: string, durationMs: number])[];
}

export interface EventPlace {
  readonly writer: string;
  /** Bytes of its segment. */
  readonly start: number;
  readonly end: number;
}

/** Events that stand together in a segment. */
export interface EventBlock {
  readonly start: number;
  readonly end: number;
  /** By the hybrid clock, milliseconds. */
  readonly minMs: number;
  readonly maxMs: number;
  readonly kinds: readonly string[];
  readonly authors: readonly string[];
}

/** By writer, in the segment's order. */
export type SegmentBlocks = ReadonlyMap<string, readonly EventBlock[]>;

/** Kinds of event that each run and each request brings: nobody asks for all of one of them. */
export const COMMON_KINDS: ReadonlySet<string> = new Set([
  "run.started",
  "cell.finished",
  "step.finished",
  "run.finished",
  "model.registered",
  "values.hashed",
  "request.served",
]);
