import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve, sep } from "node:path";
import type * as Mapping from "@jridgewell/trace-mapping";
import type { Frame } from "./parse-frames.js";

/** A place in a notebook's cell, with what stands around it. */
export interface CellPlace {
  readonly cellId: string;
  /** As the marker counts it. */
  readonly cellNumber: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** The lines around it with their numbers, the place marked. */
  readonly codeFrame: string;
}

/** Lines shown before the one that is meant, and after it. */
const AROUND = 2;

let mapping: typeof Mapping | undefined;

/** Needed only where something went wrong, and then while a line is waited for. */
function loadMapping(): typeof Mapping {
  // CommonJS: the type of what it gives cannot be known to the checker.
  mapping ??= createRequire(import.meta.url)("@jridgewell/trace-mapping") as typeof Mapping;
  return mapping;
}

/** Leads places in a program's compiled modules back to its cells: by the source map, then by the nearest marker above. */
export class CellPlaces {
  readonly #folder: string;
  readonly #maps = new Map<string, Mapping.TraceMap | null>();
  readonly #sources = new Map<string, string | null>();

  /** @param folder absolute, of the modules with their maps and sources */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null for what is no cell's. */
  find({ file, line, column }: Pick<Frame, "file" | "line" | "column">): CellPlace | null {
    if (!file.startsWith(this.#folder + sep)) return null;
    const map = this.#mapOf(file);
    if (map === null) return null;
    const { originalPositionFor, sourceContentFor } = loadMapping();
    const original = originalPositionFor(map, { line, column: column - 1 });
    if (original.source === null) return null;
    const source = sourceContentFor(map, original.source) ?? this.#sourceOf(resolve(dirname(file), original.source));
    return source === null ? null : placeInCell(source, original.line, original.column + 1);
  }

  #mapOf(file: string): Mapping.TraceMap | null {
    let map = this.#maps.get(file);
    if (map === undefined) {
      const text = readText(`${file}.map`);
      map = text === null ? null : new (loadMapping().TraceMap)(text);
      this.#maps.set(file, map);
    }
    return map;
  }

  #sourceOf(path: string): string | null {
    let text = this.#sources.get(path);
    if (text === undefined) {
      text = readText(path);
      this.#sources.set(path, text);
    }
    return text;
  }
}

const MARKER = /^(\s*)\/\/ notebook cell (\S+) \[(.*)\] line (\d+)\s*$/;

/** The cell's place for a 1-based line and column of a step's TypeScript; null above the first marker. */
export function placeInCell(source: string, line: number, column: number): CellPlace | null {
  const lines = source.split("\n");
  for (let index = Math.min(line, lines.length) - 1; index >= 0; index--) {
    const marker = MARKER.exec(lines[index] ?? "");
    if (marker === null) continue;
    const [, indent = "", cellNumber = "", cellId = "", first] = marker;
    const offset = line - (index + 2);
    if (offset < 0) return null;
    const below = lines.slice(index + 1);
    const end = below.findIndex((text, at) => at > offset && isNoCells(text, indent));
    const piece = below
      .slice(0, end < 0 ? below.length : end)
      .map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text));
    const inCell = Math.max(1, column - indent.length);
    return {
      cellId,
      cellNumber,
      line: Number(first) + offset,
      column: inCell,
      codeFrame: codeFrame(piece, { at: offset, column: inCell, first: Number(first) }),
    };
  }
  return null;
}

/** Lines that compile writes between the cells and behind the last one. */
function isNoCells(text: string, indent: string): boolean {
  const isBelow = text.trim() !== "" && !text.startsWith(indent);
  return isBelow || MARKER.test(text) || /^(?:cell\("|return \{)/.test(text.slice(indent.length));
}

function codeFrame(
  lines: readonly string[],
  { at, column, first }: { readonly at: number; readonly column: number; readonly first: number },
): string {
  const from = Math.max(0, at - AROUND);
  let to = Math.min(lines.length, at + AROUND + 1);
  while (to > at + 1 && (lines[to - 1] ?? "").trim() === "") to -= 1;
  const width = String(first + to - 1).length;
  return lines
    .slice(from, to)
    .flatMap((text, index) => {
      const isMeant = from + index === at;
      const numbered = `${isMeant ? ">" : " "} ${String(first + from + index).padStart(width)} │ ${text}`.trimEnd();
      return isMeant ? [numbered, `  ${" ".repeat(width)} │ ${" ".repeat(column - 1)}^`] : [numbered];
    })
    .join("\n");
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
