import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type YAML from "yaml";
import type { PlanParam } from "../compile/plan.js";
import { UsageError } from "./usage-error.js";

const PREFIX = "TAGLINE_PARAM_";

/** Values given for a run by name, the later source before the earlier: the environment, a file, `-p`. */
export function givenParams(
  sources: {
    /** `name=value`, as given with `-p`; the last one of a name counts. */
    readonly flags: readonly string[];
    /** A file with one object, in YAML or JSON. */
    readonly file?: string;
    readonly env: NodeJS.ProcessEnv;
  },
  params: readonly PlanParam[],
): Record<string, unknown> {
  return {
    ...fromEnvironment(sources.env, params),
    ...(sources.file === undefined ? {} : fromFile(sources.file)),
    ...parseParams(sources.flags),
  };
}

/** `["units=8"]` to `{ units: "8" }`; the last one of a name counts. */
export function parseParams(given: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`Cannot read parameter ${text}: write it as name=value.`);
    params[text.slice(0, at)] = text.slice(at + 1);
  }
  return params;
}

/** `TAGLINE_PARAM_units=32`, over `TAGLINE_PARAMS='{"units": 32}'`, of which others than this notebook's are left alone. */
function fromEnvironment(env: NodeJS.ProcessEnv, params: readonly PlanParam[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  const text = env["TAGLINE_PARAMS"];
  if (text !== undefined && text !== "") {
    for (const [name, value] of Object.entries(parseObject(text, "TAGLINE_PARAMS")))
      if (params.some((param) => param.name === name)) given[name] = value;
  }
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(PREFIX) && value !== undefined) given[name.slice(PREFIX.length)] = value;
  return given;
}

function fromFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read parameters from ${path}: ${why}.`, { cause });
  }
  return /\.ya?ml$/i.test(path) ? parseYaml(text, path) : parseObject(text, path);
}

/** YAML 1.2 (core schema), as papermill's `-f`: a bare date stays text, as in a `param`'s default. */
function parseYaml(text: string, path: string): Record<string, unknown> {
  // Loaded where it is needed alone: a cached run is over in the time that loading it takes.
  const { parse }: typeof YAML = createRequire(import.meta.url)("yaml");
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new UsageError(`Cannot read parameters from ${path}: ${why}`, { cause });
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value))
    throw new UsageError(`Cannot read parameters from ${path}: write one parameter a line, like units: 32.`);
  // A YAML mapping; keys of another kind than text became text.
  return value as Record<string, unknown>;
}

function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`Cannot read parameters from ${where}: it is no JSON. Write an object like {"units": 32}.`, {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`Cannot read parameters from ${where}: write a JSON object like {"units": 32}.`);
  // An object that JSON.parse made has string keys alone.
  return value as Record<string, unknown>;
}
