import type { CellError, CellTrace, FitFacts, MetricPoint, ParamUse } from "../lineage/cell-trace.js";

/** Who a cell is, and the seed that `Math.random` restarts from when it begins. */
export interface CellIdentity {
  readonly cellId: string | null;
  readonly sourceHash: string;
  readonly canonicalHash: string;
  /** 32-bit unsigned; see seed.ts. */
  readonly seed: number;
}

/** Collects what one running cell does. Made by `beginCell`. */
export interface CellRecorder {
  readonly identity: CellIdentity;
  /** Runs `body` so that everything it starts, async callbacks included, belongs to this cell. */
  run<T>(body: () => T): T;
  /** As `run`, for code that cannot be wrapped: the rest of the caller's async context belongs to this cell. */
  enter(): void;
  /** Tells what a top-level name holds when the cell ends; tables are recorded. */
  value(name: string, value: unknown): void;
  param(use: ParamUse): void;
  metric(point: MetricPoint): void;
  /** The cell ends only when this did; if it rejects, the cell fails. */
  wait(work: Promise<unknown>): void;
  /** Resolves when everything that `wait` was told of ended; rejects with the first failure. */
  settled(): Promise<void>;
  /** Ends the record. Facts that arrive later (a timer of this cell) are dropped. */
  finish(error: CellError | null): Promise<CellTrace>;
}

/** Live news of a cell, for progress. */
export type TrackNews =
  | { readonly kind: "metric"; readonly point: MetricPoint }
  | {
      readonly kind: "epoch";
      readonly epoch: number;
      readonly epochs: number;
      readonly values: Readonly<Record<string, number>>;
    }
  | { readonly kind: "fit"; readonly fit: FitFacts };

export interface TrackOptions {
  /** Values given for this run, by param name. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly onNews?: (news: TrackNews) => void;
}
