import type { CellOptions } from "./notebook.js";
import { STEP_OPTIONS_SCHEMA } from "./step-options-schema.js";

/** One row of the README's table of step options, in the metadata of any of the step's cells under `tagline`. */
export interface StepOptionRule {
  readonly option: keyof CellOptions;
  readonly takes: string;
  readonly meaning: string;
}

const MEANINGS: readonly Omit<StepOptionRule, "takes">[] = [
  {
    option: "cache",
    meaning:
      "whether an earlier result is used again; without it, unless the step reads a URL, a database server or the clock",
  },
  { option: "retries", meaning: "runs it again after a failure, 1, 2, 4, … s later (60 at most)" },
  { option: "timeoutS", meaning: "ends an attempt that takes longer" },
  { option: "memoryMB", meaning: "ends an attempt whose process holds more memory" },
  { option: "image", meaning: "the container that the step runs in, where an export's target has containers" },
  { option: "environment", meaning: "environment variables of the step, in a run and in an export" },
  { option: "pool", meaning: "whose slots the step shares with others, where an export's target has pools (Airflow)" },
  { option: "resources", meaning: "what the step asks of a machine, where an export's target hands out machines" },
];

export const STEP_OPTIONS: readonly StepOptionRule[] = MEANINGS.map(({ option, meaning }) => ({
  option,
  takes: STEP_OPTIONS_SCHEMA.properties[option].description,
  meaning,
}));

const AGE = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** An age such as `12h` in milliseconds; NaN if it is none. */
export function cacheAgeMs(text: string): number {
  const [, count, unit = ""] = AGE.exec(text) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}
