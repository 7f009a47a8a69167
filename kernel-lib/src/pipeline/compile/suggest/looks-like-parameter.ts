import type { ConstantSurvey } from "../../../notebook/cell-survey.js";
import type { CellLook } from "./look-at-cells.js";

/** The limits that a constant's name, value and uses suggest for it as a parameter. */
export interface GuessedParam {
  readonly name: string;
  readonly value: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly unknown[];
  readonly description?: string;
}

/** Facts of nature and units, which nobody turns. */
const FIXED =
  /^(?:pi|tau|e|g|c|eps|epsilon|infinity|nan|[a-z]*(?:ms|seconds?|minutes?|hours?|days?|bytes|kb|mb|gb)_?per_?[a-z]*|(?:one)?_?(?:second|minute|hour|day|week)_?(?:ms|s|seconds)?|[a-z0-9]+_(?:to|in|per)_[a-z0-9]+|[a-z0-9]*[A-Z]?[a-z0-9]*(?:Per|To)[A-Z]\w*)$/i;
const SHARE =
  /(?:share|ratio|fraction|rate|prob(?:ability)?|dropout|threshold|alpha|beta|gamma|momentum|quantile|confidence|percentile|split|test_?size|val(?:idation)?_?size|decay|cut_?off)$/i;
const LEARNING_RATE = /^(?:lr|eta|step_?size|learning_?rate|base_?lr|.*LearningRate)$/i;
const COUNT =
  /^(?:epochs?|units?|batch_?size|n|k|n_?\w+|num\w*|count|size|width|height|depth|bins?|folds?|iterations?|steps?|rounds?|max_?\w+|min_?\w+|top_?\w*|limit|window|lags?|layers?|neurons|hidden\w*|clusters?|neighbou?rs|trees|samples?|rows?|days|years?|horizon|patience)$/i;

/** @returns the guess, or null if it is no parameter */
export function looksLikeParameter(constant: ConstantSurvey, looks: readonly CellLook[]): GuessedParam | null {
  if (!("value" in constant)) return null;
  const { name, value, allowed, comment } = constant;
  if (FIXED.test(name)) return null;
  const described = comment === null ? {} : { description: comment };
  const choices = choicesOf(constant, looks);
  if (typeof value === "boolean") return { name, value, ...described };
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return null;
    if (allowed.length > 1) return { name, value, choices: allowed, ...described };
    return { name, value, ...limitsOf(name, value, looks), ...described };
  }
  if (typeof value === "string") {
    if (choices.length > 1) return { name, value, choices, ...described };
    const isShort = value.length > 0 && value.length <= 120 && !/\n/.test(value);
    return isShort && (isPath(value) || /^[\w .:-]+$/.test(value)) ? { name, value, ...described } : null;
  }
  const isList =
    Array.isArray(value) && value.length > 0 && value.length <= 20 && value.every((item) => typeof item === "number");
  return isList ? { name, value, ...described } : null;
}

function choicesOf({ name, value, allowed }: ConstantSurvey, looks: readonly CellLook[]): unknown[] {
  const compared = looks.flatMap(({ survey }) =>
    survey.comparisons.filter((one) => one.name === name).map((one) => one.value),
  );
  const all = new Set(
    [...allowed, ...(allowed.length > 0 ? [] : [value, ...compared])].filter((item) => typeof item === typeof value),
  );
  return all.has(value) ? [...all] : [value, ...all];
}

/** Ranges that hold the value: shares from 0 to 1, counts from 1, a learning rate within two orders of magnitude. */
export function limitsOf(
  name: string,
  value: number,
  looks: readonly CellLook[] = [],
): { readonly min?: number; readonly max?: number } {
  if (LEARNING_RATE.test(name) && value > 0) return { min: round(value / 100), max: round(value * 100) };
  if (SHARE.test(name) && value >= 0 && value <= 1) return { min: 0, max: 1 };
  if (!Number.isInteger(value) || value < 0) return {};
  if (/seed/i.test(name)) return { min: 0 };
  const counted = looks.some(({ survey }) => survey.counts.includes(name));
  if (value >= 1 && (COUNT.test(name) || counted)) return { min: 1 };
  return counted ? { min: 0 } : {};
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function isPath(text: string): boolean {
  return (
    /^[\w.@~ -]*(?:\/[\w.@ -]+)*\.\w{1,8}$/.test(text) ||
    /^(?:\.{0,2}\/)?[\w.-]+\/[\w./-]*$/.test(text) ||
    /^https?:\/\//.test(text)
  );
}

/** The line that makes a parameter of it. */
export function paramLine(
  { name, value, min, max, choices, description }: GuessedParam,
  declared: "const" | "let" | "var" = "const",
): string {
  const options = [
    ...(choices === undefined ? [] : [`choices: ${JSON.stringify(choices).replaceAll(",", ", ")}`]),
    ...(min === undefined ? [] : [`min: ${min}`]),
    ...(max === undefined ? [] : [`max: ${max}`]),
    ...(description === undefined ? [] : [`description: ${JSON.stringify(description)}`]),
  ];
  const shown = typeof value === "number" ? String(value) : JSON.stringify(value);
  return `${declared} ${name} = param(${JSON.stringify(name)}, ${shown}${options.length > 0 ? `, { ${options.join(", ")} }` : ""});`;
}

/** Names of properties that are usually turned. */
export const HYPERPARAMETER =
  /^(?:epochs|batchSize|learningRate|lr|units|dropout|rate|seed|testSize|validationSplit|filters|kernelSize|hiddenUnits|maxDepth|k|folds|iterations|momentum|patience)$/;
