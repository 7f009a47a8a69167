import type TS from "typescript";
import type { NameUse, Range } from "../../notebook/cell-facts.js";
import { placeOf } from "../diagnostics.js";
import type { ParsedCell } from "../parse-cell.js";

/** Turns offsets of the compiled text into ranges and places of the cell's own source. */
export interface Places {
  range(start: number, end: number): Range;
  use(name: string, node: TS.Node): NameUse;
  /** 1-based line of an offset of the compiled text. */
  line(offset: number): number;
}

export function createPlaces(cell: ParsedCell): Places {
  const clip = (offset: number): number => Math.max(0, Math.min(offset - cell.shift, cell.source.length));
  return {
    range(start, end) {
      return { start: clip(start), end: clip(end), line: placeOf(clip(start), cell.source).line };
    },
    use(name, node) {
      return { name, ...placeOf(clip(node.getStart()), cell.source) };
    },
    line: (offset) => placeOf(clip(offset), cell.source).line,
  };
}
