import type { ParamUse } from "../lineage/cell-trace.js";
import { currentRecorder } from "./cell-context.js";
import { checkParam } from "./check-param.js";

export interface ParamOptions<Value> {
  /** Smallest and largest allowed number, both included. */
  readonly min?: number;
  readonly max?: number;
  /** The only values allowed. */
  readonly choices?: readonly Value[];
  /** Of text: `date` is a day or a moment in ISO 8601, `path` a file or folder that must be there; a run checks it before its first step. */
  readonly format?: "date" | "path";
  /** One sentence for whoever fills in the form. */
  readonly description?: string;
}

type Scalar = string | number | boolean;

/** What a JSON value may be, besides the scalars. */
export type ParamValue = Scalar | null | readonly ParamValue[] | { readonly [key: string]: ParamValue };

/**
 * The value of a parameter for this run: given on the command line, in the panel's form or in `TAGLINE_PARAMS`, else the default.
 * Text choices give a union type: `param("optimizer", "adam", { choices: ["adam", "sgd"] })` is `"adam" | "sgd"`;
 * numbers do so where `choices` is `as const`.
 *
 * @throws RangeError or TypeError if the value has another type than the default, is out of range or not among the choices.
 */
export function param<const Choices extends readonly string[]>(
  name: string,
  fallback: Choices[number],
  options: ParamOptions<string> & { readonly choices: Choices },
): Choices[number];
export function param<Choices extends readonly number[]>(
  name: string,
  fallback: Choices[number],
  options: ParamOptions<number> & { readonly choices: Choices },
): Choices[number];
export function param(name: string, fallback: number, options?: ParamOptions<number>): number;
export function param(name: string, fallback: string, options?: ParamOptions<string>): string;
export function param(name: string, fallback: boolean, options?: ParamOptions<boolean>): boolean;
export function param(name: string, fallback: Date, options?: ParamOptions<Date>): Date;
export function param<Value extends ParamValue>(name: string, fallback: Value, options?: ParamOptions<Value>): Value;
export function param(name: string, fallback: unknown, options: ParamOptions<unknown> = {}): unknown {
  if (typeof name !== "string" || name === "")
    throw new TypeError(`Cannot define a parameter named ${JSON.stringify(name)}: give it a name like "units"`);
  if (fallback === undefined) throw new TypeError(`Cannot define parameter "${name}": it has no default value`);
  if (fallback instanceof Date) return dateParam(name, fallback, options);
  return plainParam(name, fallback, options);
}

/** The log and the command line have dates as text. */
function dateParam(name: string, fallback: Date, options: ParamOptions<unknown>): Date {
  if (Number.isNaN(fallback.getTime()))
    throw new RangeError(`Cannot define parameter "${name}": its default is no date`);
  const { choices } = options;
  const texts = choices?.map((choice) => (choice instanceof Date ? choice.toISOString() : choice));
  const given = plainParam(name, fallback.toISOString(), {
    ...options,
    format: "date",
    ...(texts === undefined ? {} : { choices: texts }),
  });
  return new Date(String(given));
}

function plainParam(name: string, fallback: unknown, options: ParamOptions<unknown>): unknown {
  checkParam(name, fallback, fallback, options);
  const recorder = currentRecorder();
  const given = givenValue(name, recorder?.options.params);
  if (given !== undefined) checkParam(name, given, fallback, options);
  const value = given === undefined ? fallback : given;
  recorder?.param({ name, value, default: fallback, ...optionsOf(options) });
  return value;
}

function optionsOf({
  min,
  max,
  choices,
  description,
}: ParamOptions<unknown>): Omit<ParamUse, "name" | "value" | "default"> {
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(choices === undefined ? {} : { choices }),
    ...(description === undefined ? {} : { description }),
  };
}

/** The value given for this run, or undefined. */
export function givenValue(
  name: string,
  params: Readonly<Record<string, unknown>> | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): unknown {
  if (params !== undefined && Object.hasOwn(params, name)) return params[name];
  const text = environment["TAGLINE_PARAMS"];
  if (text === undefined || text === "") return undefined;
  const values = parseParams(text);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function parseParams(text: string): Record<string, unknown> {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read TAGLINE_PARAMS: ${text}. It must be a JSON object like {"units": 32}`, {
      cause,
    });
  }
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new TypeError(`Cannot read TAGLINE_PARAMS: ${text}. It must be a JSON object like {"units": 32}`);
  // An object that JSON.parse made has string keys alone.
  return values as Record<string, unknown>;
}
