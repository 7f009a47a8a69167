import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isDateText } from "../../notebook/date-text.js";
import { nearest } from "../../notebook/nearest.js";
import type { PlanParam } from "../compile/plan.js";
import { UsageError } from "./usage-error.js";

/**
 * Types and checks the values given for a run. Strings (as a command line gives them) are read as the
 * parameter's type; other values must already have it. Nothing runs if one of them is wrong.
 * @throws {UsageError} naming every wrong value, one sentence a line.
 */
export function checkParams(
  params: readonly PlanParam[],
  given: Readonly<Record<string, unknown>>,
  { cells = {}, folder }: ParamPlaces = {},
): Record<string, unknown> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(given)) {
    const param = params.find((candidate) => candidate.name === name);
    if (param === undefined) {
      problems.push(`Cannot set parameter ${name}: ${unknownName(name, params)}`);
      continue;
    }
    const value = typed(param, raw);
    const problem = value === WRONG ? `it takes ${typeName(param)}` : outside(param, value, folder);
    if (problem === null) values[name] = value;
    else problems.push(`Cannot set parameter ${name}${placeOf(param, cells)} to ${show(raw)}: ${problem}.`);
  }
  for (const param of params) {
    if (folder === undefined) break;
    if (param.format !== "path" || param.name in given || !("default" in param)) continue;
    const problem = missingPath(param.default, folder);
    if (problem !== null)
      problems.push(
        `Cannot use the default ${show(param.default)} of parameter ${param.name}${placeOf(param, cells)}: ${problem}.`,
      );
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return values;
}

export interface ParamPlaces {
  /** The notebook's cells by id: messages then tell where a parameter stands. */
  readonly cells?: Readonly<Record<string, { readonly index: number }>>;
  /** The notebook's folder, absolute: paths are then looked for. */
  readonly folder?: string;
}

function placeOf({ cellId, line }: PlanParam, cells: NonNullable<ParamPlaces["cells"]>): string {
  const cell = cells[cellId];
  return cell === undefined ? "" : ` (cell ${cell.index + 1}, line ${line})`;
}

/** Stands for "not of that type"; no person can give it. */
const WRONG = Symbol("wrong type");

function typed(param: PlanParam, raw: unknown): unknown {
  switch (param.type) {
    case "number": {
      const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
      return typeof value === "number" && !Number.isNaN(value) ? value : WRONG;
    }
    case "boolean":
      if (raw === true || raw === "true") return true;
      return raw === false || raw === "false" ? false : WRONG;
    case "string":
      return typeof raw === "string" ? raw : WRONG;
    case "json": {
      // Of a default that is computed the type is not known: what is no JSON is then the text itself.
      const value = typeof raw === "string" ? parsed(raw, "default" in param ? WRONG : raw) : raw;
      const wanted = "default" in param ? shapeOf(param.default) : null;
      return wanted === null || wanted === shapeOf(value) ? value : WRONG;
    }
  }
}

function parsed(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

function shapeOf(value: unknown): "list" | "object" | null {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "object" : null;
}

/** Null if it is there. */
function missingPath(value: unknown, folder: string): string | null {
  if (typeof value !== "string" || existsSync(resolve(folder, value))) return null;
  return `there is no such file or folder (seen from ${folder})`;
}

function outside(param: PlanParam, value: unknown, folder: string | undefined): string | null {
  if (param.format === "date" && !isDateText(value)) return "it takes a date like 2024-12-31 or 2024-12-31T08:00Z";
  if (param.format === "path" && folder !== undefined) {
    const problem = missingPath(value, folder);
    if (problem !== null) return problem;
  }
  if (typeof value === "number") {
    if (param.min !== undefined && value < param.min) return `the smallest allowed value is ${param.min}`;
    if (param.max !== undefined && value > param.max) return `the largest allowed value is ${param.max}`;
  }
  if (param.choices !== undefined && !param.choices.some((choice) => same(choice, value))) {
    return `allowed are ${param.choices.map(show).join(", ")}`;
  }
  return null;
}

function unknownName(name: string, params: readonly PlanParam[]): string {
  const names = params.map((param) => param.name);
  const near = nearest(name, names);
  if (near !== null) return `the notebook has no such parameter. Did you mean ${near}?`;
  if (names.length === 0) return "the notebook has no parameters.";
  return `the notebook has no such parameter. It has ${names.join(", ")}.`;
}

function typeName(param: PlanParam): string {
  const shape = param.type === "json" ? shapeOf(param.default) : null;
  if (shape === "list") return `a list like ${show(param.default)}`;
  if (shape === "object") return `an object like ${show(param.default)}`;
  const range =
    param.min !== undefined && param.max !== undefined
      ? ` from ${param.min} to ${param.max}`
      : param.min !== undefined
        ? ` of at least ${param.min}`
        : param.max !== undefined
          ? ` of at most ${param.max}`
          : "";
  const choices = param.choices === undefined ? "" : ` (${param.choices.map(show).join(", ")})`;
  return (
    { number: `a number${range}`, boolean: "a boolean (true or false)", string: "a string", json: "a JSON value" }[
      param.type
    ] + choices
  );
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
