import { isDeepStrictEqual } from "node:util";
import { isDateText } from "../notebook/date-text.js";

interface Limits {
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly unknown[];
  readonly format?: "date" | "path";
}

/** Throws a sentence that says what is allowed if a parameter may not have this value. */
export function checkParam(
  name: string,
  value: unknown,
  fallback: unknown,
  { min, max, choices, format }: Limits,
): void {
  const wanted = kindOf(fallback);
  if (fallback !== null && kindOf(value) !== wanted)
    throw new TypeError(
      `Cannot set parameter "${name}" to ${show(value)}: it must be ${article(wanted)}, like its default ${show(fallback)}`,
    );
  if (choices !== undefined && !choices.some((choice) => isDeepStrictEqual(choice, value))) {
    throw new RangeError(
      `Cannot set parameter "${name}" to ${show(value)}: it must be one of ${choices.map(show).join(", ")}`,
    );
  }
  if (format === "date" && !isDateText(value)) {
    throw new RangeError(`Cannot set parameter "${name}" to ${show(value)}: it must be a date like 2024-12-31`);
  }
  if (typeof value !== "number") return;
  if (Number.isNaN(value)) throw new RangeError(`Cannot set parameter "${name}" to NaN: it must be a number`);
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
    throw new RangeError(`Cannot set parameter "${name}" to ${value}: it must be ${rangeText(min, max)}`);
  }
}

function rangeText(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `between ${min} and ${max}`;
  return min !== undefined ? `at least ${min}` : `at most ${max}`;
}

type Kind = "string" | "number" | "boolean" | "list" | "object" | "null" | "unknown";

function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || typeof value === "object")
    return typeof value as Kind;
  return "unknown";
}

function article(kind: Kind): string {
  return kind === "object"
    ? "an object"
    : kind === "null"
      ? "null"
      : kind === "string"
        ? "text"
        : kind === "boolean"
          ? "true or false"
          : `a ${kind}`;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
