import { columnsOf, type Rows, rowCount } from "../data/rows.js";
import { sketchReference } from "../data/sketch/sketch-reference.js";
import type { ModelCall } from "./model-host.js";

type Checked = Pick<ModelCall, "target" | "metrics" | "reference" | "example">;

/**
 * Checks what JavaScript gave to `model()`, whatever its types promised, and sketches the reference.
 *
 * @throws {TypeError | RangeError} with a sentence that says what to give
 */
export function checkModelOptions(name: unknown, options: unknown): Checked {
  const cannot = `Cannot register model ${JSON.stringify(name)}`;
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${cannot}: give it an object with its predict function, as in model("penguins", { predict })`);
  }
  const given: { readonly [option: string]: unknown } = { ...options };
  if (typeof given["predict"] !== "function") {
    throw new TypeError(`${cannot}: predict is ${kindOf(given["predict"])}, not a function that takes a row`);
  }
  const rows = checkReference(given["reference"], cannot);
  const target = given["target"] ?? null;
  if (target !== null && typeof target !== "string") {
    throw new TypeError(`${cannot}: target is ${kindOf(target)}, not the name of a column`);
  }
  if (rows !== null && target !== null && !columnsOf(rows).some((column) => column.name === target)) {
    const columns = columnsOf(rows).map((column) => column.name);
    throw new RangeError(`${cannot}: reference has no column "${target}". It has ${columns.join(", ")}`);
  }
  return {
    target,
    metrics: checkMetrics(given["metrics"], cannot),
    reference: rows === null ? null : sketchReference(rows),
    example: rows === null ? null : firstRow(rows, target),
  };
}

function checkReference(value: unknown, cannot: string): Rows | null {
  if (value === undefined || value === null) return null;
  const isRows = Array.isArray(value) && value.every((row) => typeof row === "object" && row !== null);
  const isTable = typeof value === "object" && "numRows" in value && "columnNames" in value;
  if (!isRows && !isTable) {
    throw new TypeError(`${cannot}: reference is ${kindOf(value)}, not an array of rows or a table`);
  }
  // One of the two, as seen above.
  const rows = value as Rows;
  if (rowCount(rows) === 0)
    throw new RangeError(`${cannot}: reference has no rows. Give it those that it learned from`);
  return rows;
}

function checkMetrics(value: unknown, cannot: string): Readonly<Record<string, number>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object")
    throw new TypeError(`${cannot}: metrics is ${kindOf(value)}, not an object of numbers`);
  const metrics: Record<string, number> = {};
  for (const [metric, number] of Object.entries(value)) {
    if (typeof number !== "number" || !Number.isFinite(number)) {
      throw new RangeError(`${cannot}: its metric ${metric} is ${String(number)}, not a finite number`);
    }
    metrics[metric] = number;
  }
  return metrics;
}

/** As JSON has it, without what is to be predicted. */
function firstRow(rows: Rows, target: string | null): unknown {
  const columns = columnsOf(rows).filter((column) => column.name !== target);
  const row = Object.fromEntries(columns.map((column) => [column.name, column.at(0)]));
  return JSON.parse(JSON.stringify(row, (_key, part: unknown) => (typeof part === "bigint" ? Number(part) : part)));
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  return value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
