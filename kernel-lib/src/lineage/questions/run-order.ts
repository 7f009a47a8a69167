import type { RunSummary } from "../runs.js";
import { readField } from "./run-field.js";

/** As `Array.prototype.sort` wants it. */
export type RunOrder = (a: RunSummary, b: RunSummary) => number;

/**
 * Reads `metrics.accuracy desc` (ascending without a word). Runs without the value come last either way; numbers go by size
 * and before text.
 *
 * @throws RangeError if there is no such field
 */
export function parseRunOrder(text: string): RunOrder {
  const [, name = "", direction = "asc"] = /^\s*(.*?)(?:\s+(asc|desc))?\s*$/isu.exec(text) ?? [];
  const field = readField(name);
  const sign = direction.toLowerCase() === "desc" ? -1 : 1;
  return (a, b) => {
    const [left, right] = [field(a), field(b)];
    if (left == null || right == null) return Number(left == null) - Number(right == null);
    if (typeof left === "number" && typeof right === "number") {
      // NaN is no size: it stands after all that have one.
      if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      return sign * (left - right);
    }
    if (typeof left !== typeof right && (typeof left === "number" || typeof right === "number"))
      return typeof left === "number" ? -1 : 1;
    const [one, other] = [String(left), String(right)];
    return one === other ? 0 : sign * (one < other ? -1 : 1);
  };
}
