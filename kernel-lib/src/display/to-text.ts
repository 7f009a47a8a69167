import { type InspectOptions, inspect, types } from "node:util";

/** Letters of one value's text: a notebook is to be read, and a file to be opened. */
const LETTERS = 100_000;
/** Properties of one object; Node's `inspect` bounds elements and depth, but not these. */
const PROPERTIES = 1_000;

/** What Node's `util.inspect` gives, without colours; bounded, where Node has no bound. Never throws. */
export function toText(value: unknown, options: InspectOptions = {}): string {
  try {
    return bounded(inspect(slim(value), { ...options, colors: false }));
  } catch (error) {
    return plainer(value, options, error);
  }
}

/** A getter, a proxy or a custom inspector of the value failed: without custom inspectors it may go. */
function plainer(value: unknown, options: InspectOptions, error: unknown): string {
  try {
    return bounded(inspect(value, { ...options, colors: false, customInspect: false }));
  } catch {
    return `[value that cannot be shown: ${reasonOf(error)}]`;
  }
}

/** The message of whatever was thrown. Never throws. */
export function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : "its own code threw";
  } catch {
    return "its own code threw";
  }
}

function bounded(text: string): string {
  if (text.length <= LETTERS) return text;
  return `${text.slice(0, LETTERS)}\n… ${(text.length - LETTERS).toLocaleString("en")} more letters`;
}

/** A plain object with very many properties: its first ones, and a word on the others. */
function slim(value: unknown): unknown {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  let count = 0;
  for (const key in value) {
    void key;
    count += 1;
    if (count > PROPERTIES) return firstProperties(value);
  }
  return value;
}

function firstProperties(value: object): object {
  const keys = Object.keys(value);
  const some: object = Object.create(Object.getPrototypeOf(value));
  for (const key of keys.slice(0, PROPERTIES)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined) Object.defineProperty(some, key, descriptor);
  }
  const rest = (keys.length - PROPERTIES).toLocaleString("en");
  return Object.defineProperty(some, `… ${rest} more properties`, { value: Symbol("…"), enumerable: true });
}
