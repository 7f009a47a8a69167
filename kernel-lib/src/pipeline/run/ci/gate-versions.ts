import { metricDirection } from "../metric-direction.js";

/** A version's metrics beside those of the version that holds an alias. */
export interface GateRow {
  readonly metric: string;
  readonly now: number;
  /** Undefined if the other version did not have it. */
  readonly before?: number;
  readonly direction: "asc" | "desc";
  /** False if it is worse by more than the tolerance, or is no number. */
  readonly isGood: boolean;
}

/**
 * Compares metrics of a new version with those of the one in use. A metric that both have may be worse by `tolerance` of the earlier
 * value's size (0.02: two hundredths); which way is worse, its name tells.
 */
export function gateVersions(
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
  tolerance: number,
): GateRow[] {
  return Object.entries(now).map(([metric, value]) => {
    const direction = metricDirection(metric);
    const earlier = before[metric];
    if (earlier === undefined) return { metric, now: value, direction, isGood: Number.isFinite(value) };
    const worse = direction === "asc" ? value - earlier : earlier - value;
    const isGood = Number.isFinite(value) && (Number.isNaN(earlier) || worse <= tolerance * Math.abs(earlier));
    return { metric, now: value, before: earlier, direction, isGood };
  });
}
