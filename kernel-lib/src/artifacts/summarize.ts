import { types } from "node:util";
import { isGraphModel, isLayersModel, isTable, isTensor } from "./library-types.js";

const MOST_LETTERS = 60;

/** One line for a person: `344 rows × 7 columns`, `LayersModel, 323 parameters`, `0.985`. Calls no getters of theirs. */
export function summarize(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shorten(value));
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function") return value.name ? `function ${value.name}` : "function";
  if (typeof value !== "object" || value === null) return String(value);
  if (types.isProxy(value)) return "Proxy";
  if (isTable(value)) return `${count(value.numRows(), "row")} × ${count(value.numCols(), "column")}`;
  if (isTensor(value)) return `${value.dtype} tensor ${value.shape.length === 0 ? "scalar" : value.shape.join(" × ")}`;
  if (isLayersModel(value)) return `LayersModel, ${count(value.countParams?.() ?? 0, "parameter")}`;
  if (isGraphModel(value)) return "GraphModel";
  if (Array.isArray(value)) return summarizeArray(value);
  if (types.isMap(value)) return `Map of ${grouped(value.size)}`;
  if (types.isSet(value)) return `Set of ${grouped(value.size)}`;
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (types.isRegExp(value)) return shorten(String(value));
  if (types.isNativeError(value)) return shorten(`${value.name}: ${value.message}`);
  if (ArrayBuffer.isView(value)) return summarizeView(value);
  if (types.isAnyArrayBuffer(value))
    return `${value instanceof ArrayBuffer ? "ArrayBuffer" : "SharedArrayBuffer"} of ${count(value.byteLength, "byte")}`;
  if (value instanceof URL) return shorten(value.href);
  if (types.isBoxedPrimitive(value)) return summarize(value.valueOf());
  return summarizeObject(value);
}

function summarizeArray(array: readonly unknown[]): string {
  const first: unknown = array[0];
  if (
    array.length > 0 &&
    typeof first === "object" &&
    first !== null &&
    Object.getPrototypeOf(first) === Object.prototype
  ) {
    const keys = Object.keys(first).length;
    const last: unknown = array.at(-1);
    if (keys > 0 && typeof last === "object" && last !== null && Object.keys(last).length === keys)
      return `${count(array.length, "row")} × ${count(keys, "column")}`;
  }
  return `array of ${grouped(array.length)}`;
}

function summarizeView(view: ArrayBufferView): string {
  if (Buffer.isBuffer(view)) return `Buffer of ${count(view.byteLength, "byte")}`;
  const name = Object.prototype.toString.call(view).slice(8, -1);
  return "length" in view && typeof view.length === "number"
    ? `${name} of ${grouped(view.length)}`
    : `${name} of ${count(view.byteLength, "byte")}`;
}

function summarizeObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const maker: unknown =
    typeof prototype === "object" && prototype !== null
      ? Object.getOwnPropertyDescriptor(prototype, "constructor")?.value
      : null;
  const name = typeof maker === "function" && maker !== Object && maker.name ? `${maker.name} ` : "";
  const keys = Object.keys(value);
  return shorten(
    keys.length === 0 ? `${name}{}` : `${name}{${keys.slice(0, 8).join(", ")}${keys.length > 8 ? ", …" : ""}}`,
  );
}

function count(n: number, word: string): string {
  return `${grouped(n)} ${word}${n === 1 ? "" : "s"}`;
}

/** 1,234,567 whatever the machine's language is. */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

function shorten(text: string): string {
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`;
}
