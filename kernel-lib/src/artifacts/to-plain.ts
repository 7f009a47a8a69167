import { types } from "node:util";
import { isGraphModel, isLayersModel, isTable, isTensor, type TableLike } from "./library-types.js";
import { summarize } from "./summarize.js";
import { plainTable } from "./table.js";

/**
 * A value as plain JSON for other programs and people, as near as JSON comes: tables are rows, a Map with texts as keys is an object,
 * dates are ISO 8601, bytes base64, numbers that JSON lacks and bigints text. Not the way back: that is what the stored object is for.
 */
export async function toPlain(value: unknown): Promise<unknown> {
  const waiting: Promise<void>[] = [];
  const ancestors = new Set<object>();
  const plain = (part: unknown): unknown => {
    if (typeof part === "number") return Number.isFinite(part) ? part : String(part);
    if (typeof part === "bigint" || typeof part === "symbol" || typeof part === "function") return String(part);
    if (typeof part !== "object" || part === null) return part ?? null;
    if (ancestors.has(part)) return "(itself)";
    ancestors.add(part);
    const made = ofObject(part);
    ancestors.delete(part);
    return made;
  };
  const ofObject = (part: object): unknown => {
    if (isTable(part)) return plain(tableRows(part));
    if (isTensor(part)) {
      const tensor: Record<string, unknown> = { dtype: part.dtype, shape: [...part.shape] };
      const data = part.data().then((values) => {
        tensor["values"] = Array.from(values, plain);
      });
      waiting.push(data);
      return tensor;
    }
    if (isLayersModel(part) || isGraphModel(part)) return summarize(part);
    if (types.isDate(part)) return Number.isNaN(part.getTime()) ? "Invalid Date" : part.toISOString();
    if (types.isRegExp(part) || part instanceof URL) return String(part);
    if (types.isNativeError(part)) return { name: part.name, message: part.message };
    if (types.isBoxedPrimitive(part)) return plain(part.valueOf());
    if (types.isAnyArrayBuffer(part)) return Buffer.from(part as ArrayBuffer).toString("base64");
    if (Buffer.isBuffer(part)) return part.toString("base64");
    if (ArrayBuffer.isView(part))
      return types.isTypedArray(part)
        ? Array.from(part as ArrayLike<unknown>, plain)
        : Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("base64");
    if (Array.isArray(part)) return Array.from(part, plain);
    if (types.isSet(part)) return Array.from(part, plain);
    if (types.isMap(part)) {
      const entries = [...part].map(([key, inner]) => [plain(key), plain(inner)] as const);
      return [...part.keys()].every((key) => typeof key === "string") ? Object.fromEntries(entries) : entries;
    }
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, plain(inner)]));
  };
  const result = plain(value);
  await Promise.all(waiting);
  return result;
}

/** The rows of a table, or of an array of records; null for any other value. */
export function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] | null {
  if (typeof value !== "object" || value === null) return null;
  if (isTable(value)) return tableRows(value);
  const isRow = (row: unknown): row is Readonly<Record<string, unknown>> =>
    typeof row === "object" && row !== null && !Array.isArray(row) && !types.isDate(row);
  return Array.isArray(value) && value.every(isRow) ? value : null;
}

function tableRows(table: TableLike): Readonly<Record<string, unknown>>[] {
  const { names, columns } = plainTable(table);
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, columns[column]?.[row]])),
  );
}
