import { types } from "node:util";
import { clipToWidth } from "./display-width.js";
import { toText } from "./to-text.js";

/** A value in a table's cell. */
export interface CellText {
  readonly text: string;
  /** Numbers stand to the right. */
  readonly right: boolean;
  /** What is no value, or not a plain one (`null`, `NaN`, `[1, 2]`), is not as loud as the others. */
  readonly quiet: boolean;
  /** The value whole, where `text` is shorter: a number's other digits. */
  readonly whole?: string;
}

/** Stands for a property that only a getter knows: showing a table runs no code of its rows. */
export const GETTER = Symbol("getter");

/** Significant digits of a number that is no integer: a table is to be read; the value itself has all of them. */
const DIGITS = 6;
const NESTED = {
  depth: 1,
  compact: true,
  breakLength: Number.POSITIVE_INFINITY,
  maxArrayLength: 10,
  maxStringLength: 100,
};
/** Text that would read as no text, or as a value of another type. */
const LITERAL = /^(?:null|undefined|true|false|NaN|-?Infinity|-?\d+n?|-?\d*\.\d+|\d{4}-\d\d-\d\d.*)$/;
const GAP = /^(?:null|undefined|\s*|\s.*|.*\s)$/s;

/** @param mixed whether the column has values of other types too: then text that looks like one of those is quoted */
export function cellText(value: unknown, mixed: boolean): CellText {
  switch (typeof value) {
    case "string": {
      const ambiguous = GAP.test(value.length > 100 ? "" : value) && value.length <= 100;
      const text = ambiguous || (mixed && value.length < 40 && LITERAL.test(value)) ? JSON.stringify(value) : value;
      return { text, right: false, quiet: false };
    }
    case "number":
      return numberText(value);
    case "bigint":
      return { text: `${value}n`, right: true, quiet: false };
    case "boolean":
      return { text: String(value), right: false, quiet: false };
    case "undefined":
      return { text: "undefined", right: false, quiet: true };
    case "symbol":
      return { text: value === GETTER ? "[Getter]" : toText(value), right: false, quiet: true };
    default:
      return value === null ? { text: "null", right: false, quiet: true } : objectText(value);
  }
}

function numberText(value: number): CellText {
  if (!Number.isFinite(value)) return { text: String(value), right: true, quiet: Number.isNaN(value) };
  if (Number.isInteger(value)) return { text: Object.is(value, -0) ? "-0" : String(value), right: true, quiet: false };
  // Never fewer digits than stand before the point.
  const digits = Math.max(DIGITS, Math.min(21, Math.floor(Math.log10(Math.abs(value))) + 1));
  const short = String(Number(value.toPrecision(digits)));
  const whole = String(value);
  return { text: short, right: true, quiet: false, ...(short === whole ? {} : { whole }) };
}

function objectText(value: unknown): CellText {
  if (!types.isDate(value)) return { text: toText(value, NESTED), right: false, quiet: true };
  const time = Date.prototype.getTime.call(value);
  if (Number.isNaN(time)) return { text: "Invalid Date", right: false, quiet: true };
  // Years beyond 9999 and before 0 included, toISOString knows every valid time.
  const text = new Date(time).toISOString().replace("T00:00:00.000Z", "");
  return { text, right: false, quiet: false };
}

/** `number`, `string`, `date`, `array`, … of the values that are there; `mixed` where they are of several types; null where none is. */
export function commonType(values: Iterable<unknown>): string | null {
  let common: string | null = null;
  for (const value of values) {
    const type = typeOf(value);
    if (type === null || type === common) continue;
    if (common !== null) return "mixed";
    common = type;
  }
  return common;
}

function typeOf(value: unknown): string | null {
  if (value === null || value === undefined || value === GETTER) return null;
  if (typeof value !== "object") return typeof value;
  if (types.isProxy(value)) return "object";
  if (types.isDate(value)) return "date";
  if (Array.isArray(value) || types.isTypedArray(value)) return "array";
  return "object";
}

/** One line, without control characters, at most `width` columns wide. */
export function oneLine(text: string, width: number): string {
  const line = text
    .slice(0, width * 16)
    .replace(/\r\n|[\n\r\u2028\u2029]/g, "↵")
    .replaceAll("\t", "⇥")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal.
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "�");
  // A letter more than was looked at says that there is more.
  return clipToWidth(text.length > width * 16 ? `${line}…` : line, width);
}
