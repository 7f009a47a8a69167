import type { Exchange } from "./exchange.js";

/** What a task reaches beside its project. */
export interface TaskTools {
  readonly exchange: Exchange;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A line for the task's log. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}
