import type { CellOptions } from "./notebook.js";

/** One row of the README's table of step options, in the metadata of any of the step's cells under `tagline`. */
export interface StepOptionRule {
  readonly option: keyof CellOptions;
  readonly takes: string;
  readonly meaning: string;
}

export const STEP_OPTIONS: readonly StepOptionRule[] = [
  {
    option: "cache",
    takes: '`false`, `"always"`, an age such as `"30m"`, `"12h"`, `"1d"`',
    meaning:
      "whether an earlier result is used again; without it, unless the step reads a URL, a database server or the clock",
  },
  {
    option: "retries",
    takes: "a whole number",
    meaning: "runs it again after a failure, 1, 2, 4, … s later (60 at most)",
  },
  { option: "timeoutS", takes: "seconds", meaning: "ends an attempt that takes longer" },
  { option: "memoryMB", takes: "megabytes", meaning: "ends an attempt whose process holds more memory" },
];

const AGE = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** An age such as `12h` in milliseconds; NaN if it is none. */
export function cacheAgeMs(text: string): number {
  const [, count, unit = ""] = AGE.exec(text) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}

/** The options that a cell's metadata under `tagline` states; what has another form is left out. */
export function readStepOptions(metadata: Readonly<Record<string, unknown>>): CellOptions {
  const { cache, retries, timeoutS, memoryMB } = metadata;
  return {
    ...(isCache(cache) ? { cache } : {}),
    ...(typeof retries === "number" && Number.isInteger(retries) && retries >= 0 ? { retries } : {}),
    ...(isPositive(timeoutS) ? { timeoutS } : {}),
    ...(isPositive(memoryMB) ? { memoryMB } : {}),
  };
}

function isCache(value: unknown): value is boolean | string {
  return typeof value === "boolean" || (typeof value === "string" && (value === "always" || cacheAgeMs(value) > 0));
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}
