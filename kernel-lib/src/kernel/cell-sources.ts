import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

interface Known {
  readonly label: string;
  readonly source: string;
  readonly map: string;
  trace: TraceMap | null;
}

export interface CellPlace {
  /** How the cell is called in a stack: `cell [3]`. */
  readonly label: string;
  /** 1-based, in the person's own text. */
  readonly line: number;
  readonly column: number;
  readonly source: string;
}

/** How the file names begin under which the engine knows the cells' code. */
export const CELL_FILE = "tagline-cell-";

/** Every cell that ran, by the file name that the engine knows its code under. */
export class CellSources {
  readonly #cells = new Map<string, Known>();

  /** Gives the file name to run a cell's code under. */
  add(label: string, source: string, map: string): string {
    const file = `${CELL_FILE}${this.#cells.size + 1}.ts`;
    this.#cells.set(file, { label, source, map, trace: null });
    return file;
  }

  /** A place of the compiled code in the cell's source, or null if it has none there. */
  locate(file: string, line: number, column: number): CellPlace | null {
    const cell = this.#cells.get(file);
    if (cell === undefined) return null;
    cell.trace ??= new TraceMap(cell.map);
    const place = originalPositionFor(cell.trace, { line, column: column - 1 });
    if (place.line === null) return null;
    return { label: cell.label, line: place.line, column: place.column + 1, source: cell.source };
  }
}
