import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { type Row, type Rows, rowCount } from "./rows.js";

/** A file of rows, read whole. */
export interface RowsFile {
  readonly path: string;
  /** sha256 (hex) of its bytes. */
  readonly sha256: string;
  readonly rows: Rows;
}

const FORMATS = ".json, .jsonl, .ndjson, .csv and .arrow";

/**
 * Reads rows from a file by its extension: .json (an array of rows), .jsonl or .ndjson (a row a line), .csv (with a
 * head; values stay text, since a column's kind is found from all of it later) or .arrow.
 *
 * @throws {Error} "Cannot read …" if it is missing, of another kind, damaged or without rows
 */
export async function readRows(path: string): Promise<RowsFile> {
  const bytes = readBytes(path);
  const rows = await parseRows(path, bytes);
  if (rowCount(rows) === 0) throw new Error(`Cannot read ${path}: it has no rows.`);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex"), rows };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : messageOf(cause);
    throw new Error(`Cannot read ${path}: ${why}.`, { cause });
  }
}

async function parseRows(path: string, bytes: Buffer): Promise<Rows> {
  const extension = extname(path).toLowerCase();
  try {
    switch (extension) {
      case ".json":
        return rowsOf(JSON.parse(toText(bytes)), "it must hold an array of rows");
      case ".jsonl":
      case ".ndjson":
        return parseLines(toText(bytes));
      case ".csv": {
        const text = toText(bytes);
        if (text.trim() === "") return [];
        const { fromCSV } = await import("arquero");
        return fromCSV(text, { autoType: false });
      }
      case ".arrow": {
        const { fromArrow } = await import("arquero");
        return fromArrow(bytes, { useDate: true });
      }
    }
  } catch (cause) {
    throw new Error(`Cannot read ${path}: ${messageOf(cause)}.`, { cause });
  }
  throw new Error(`Cannot read ${path}: ${extension || "a file without an extension"} is not among ${FORMATS}.`);
}

function parseLines(text: string): readonly Row[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const where = `line ${index + 1}`;
    try {
      return rowsOf([JSON.parse(line)], `${where} must be an object`);
    } catch (cause) {
      if (cause instanceof SyntaxError) throw new Error(`${where} is not JSON (${cause.message})`, { cause });
      throw cause;
    }
  });
}

function rowsOf(json: unknown, otherwise: string): readonly Row[] {
  const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!Array.isArray(json) || !json.every(isRow)) throw new Error(otherwise);
  return json;
}

function toText(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
