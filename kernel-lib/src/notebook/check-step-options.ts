import { nearest } from "./nearest.js";
import type { CellOptions, OptionProblem } from "./notebook.js";
import { cacheAgeMs } from "./step-options.js";
import { type OptionSchema, STEP_OPTIONS_SCHEMA } from "./step-options-schema.js";

const RULES: Readonly<Record<string, OptionSchema>> = STEP_OPTIONS_SCHEMA.properties;

/** Words of other tools for the same thing. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  retry: "retries",
  max_retries: "retries",
  timeout: "timeoutS",
  timeoutseconds: "timeoutS",
  timeoutms: "timeoutS",
  memory: "memoryMB",
  memorymib: "memoryMB",
  env: "environment",
  envvars: "environment",
  container: "image",
  dockerimage: "image",
  limits: "resources",
  requests: "resources",
};

/** What a cell's metadata under `tagline` states of its step, and what of it cannot be meant so. */
export function checkStepOptions(metadata: Readonly<Record<string, unknown>>): {
  readonly options: CellOptions;
  readonly problems: readonly OptionProblem[];
} {
  const problems: OptionProblem[] = [];
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(metadata)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    // An emptied field of the form leaves null behind.
    if (value === null || value === undefined) continue;
    if (rule === undefined) {
      problems.push(unknownOption(name, Object.keys(RULES), ""));
      continue;
    }
    const found = problemsOf(name, value, rule);
    problems.push(...found);
    if (found.length === 0) options[name] = value;
  }
  // Each member has the form that its rule in the schema, which `CellOptions` mirrors, asks for.
  return { options: options as CellOptions, problems };
}

function problemsOf(path: string, value: unknown, rule: OptionSchema): OptionProblem[] {
  if (path === "cache" && typeof value === "string" && value !== "always" && !(cacheAgeMs(value) > 0))
    return [wrongValue(path, value, rule)];
  if (!fits(value, rule)) return [wrongValue(path, value, rule)];
  if (rule.type !== "object") return [];
  return Object.entries(record(value)).flatMap(([name, member]) => {
    const inner = rule.properties?.[name];
    if (inner !== undefined) return problemsOf(`${path}.${name}`, member, inner);
    if (rule.additionalProperties === false)
      return [unknownOption(name, Object.keys(rule.properties ?? {}), `${path}.`)];
    return typeof member === "string" ? [] : [notText(`${path}.${name}`, member)];
  });
}

function fits(value: unknown, rule: Omit<OptionSchema, "title" | "description">): boolean {
  if (rule.anyOf !== undefined) return rule.anyOf.some((one) => fits(value, one as OptionSchema));
  switch (rule.type) {
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string" && (rule.pattern === undefined || new RegExp(rule.pattern).test(value));
    case "integer":
    case "number":
      return (
        typeof value === "number" &&
        Number.isFinite(value) &&
        (rule.type === "number" || Number.isInteger(value)) &&
        value >= (rule.minimum ?? value) &&
        (rule.exclusiveMinimum === undefined || value > rule.exclusiveMinimum)
      );
    default:
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}

function unknownOption(name: string, names: readonly string[], prefix: string): OptionProblem {
  const other = prefix === "" ? OTHER_WORDS[name.toLowerCase().replaceAll("-", "")] : undefined;
  const meant = other ?? nearest(name, names);
  const hint = meant === null ? `Options are ${names.join(", ")}.` : `Did you mean "${prefix}${meant}"?`;
  const message = `The option "${prefix}${name}" means nothing to Tagline. ${hint}`;
  return {
    option: `${prefix}${name}`,
    kind: "unknown",
    message,
    suggestion: meant === null ? null : `${prefix}${meant}`,
  };
}

function wrongValue(option: string, value: unknown, { description }: OptionSchema): OptionProblem {
  return {
    option,
    kind: "value",
    message: `The option "${option}" cannot be ${shown(value)}: it takes ${description}.`,
    suggestion: null,
  };
}

function notText(option: string, value: unknown): OptionProblem {
  const message = `The option "${option}" cannot be ${shown(value)}: an environment variable is text, as "${String(value)}" in quotes.`;
  return { option, kind: "value", message, suggestion: null };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // `fits` saw that it is an object; a JSON object's members are unknown until looked at.
  return value as Readonly<Record<string, unknown>>;
}
