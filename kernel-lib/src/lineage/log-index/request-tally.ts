import type { RequestServed } from "../events.js";
import type { RequestTally } from "./layer.js";

const NEWEST = 100;
const NONE: RequestTally = { total: 0, refused: 0, failed: 0, newest: [] };

interface OpenTally extends RequestTally {
  total: number;
  refused: number;
  failed: number;
  newest: (readonly [at: string, durationMs: number])[];
}

/** @param tally one that this function gave; it is changed */
export function addToTally(tally: RequestTally | undefined, { at, durationMs, status }: RequestServed): RequestTally {
  // Nobody else makes one.
  const open = (tally ?? { ...NONE, newest: [] }) as OpenTally;
  open.total += 1;
  if (status >= 500) open.failed += 1;
  else if (status >= 400) open.refused += 1;
  open.newest.push([at, durationMs]);
  // Writers come one after the other, and each in order: cut now and then.
  if (open.newest.length > 10 * NEWEST) open.newest = newestOf(open.newest);
  return open;
}

export function sumTallies(tallies: readonly RequestTally[]): RequestTally {
  const sum = (field: "total" | "refused" | "failed"): number =>
    tallies.reduce((total, tally) => total + tally[field], 0);
  return {
    total: sum("total"),
    refused: sum("refused"),
    failed: sum("failed"),
    newest: newestOf(tallies.flatMap(({ newest }) => newest)),
  };
}

function newestOf(all: readonly (readonly [at: string, durationMs: number])[]): (readonly [string, number])[] {
  return [...all].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).slice(-NEWEST);
}
