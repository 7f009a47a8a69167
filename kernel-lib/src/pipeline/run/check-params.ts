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
    const problem = value === WRONG ? `it takes a ${typeName(param.type)}` : outside(param, value);
    if (problem === null) values[name] = value;
    else problems.push(`Cannot set parameter ${name} to ${show(raw)}: ${problem}.`);
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return values;
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
    case "json":
      // Of a default that is computed the type is not known: what is no JSON is then the text itself.
      return typeof raw === "string" ? parsed(raw, "default" in param ? WRONG : raw) : raw;
  }
}

function parsed(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

function outside(param: PlanParam, value: unknown): string | null {
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

function typeName(type: PlanParam["type"]): string {
  return { number: "number", boolean: "boolean (true or false)", string: "string", json: "JSON value" }[type];
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
