import { sep } from "node:path";
import { CellPlaces } from "./cell-places.js";
import { ownFolder } from "./packages.js";
import { parseFrame } from "./parse-frames.js";

/**
 * Reads what a step prints for people: where it prints an error, the frames of compiled modules become places in cells, as the notebook
 * would show them, and Tagline's own are left out.
 */
export class CellFrames {
  readonly #places: CellPlaces;
  readonly #folder: string;

  /** @param folder absolute, of the step's modules */
  constructor(folder: string) {
    this.#places = new CellPlaces(folder);
    this.#folder = folder + sep;
  }

  /** The line as people shall see it; null if it is only Tagline's. */
  read(line: string): string | null {
    if (!/^\s+at /.test(line)) return line;
    const isStep = line.includes(this.#folder);
    if (!isStep && !line.includes(ownFolder + sep)) return line;
    const frame = parseFrame(line);
    if (frame === null) return line;
    if (!isStep) return frame.file.startsWith(ownFolder + sep) && !frame.file.includes("node_modules") ? null : line;
    const place = this.#places.find(frame);
    if (place === null) return null;
    const indent = /^\s+/.exec(line)?.[0] ?? "";
    const name = frame.functionName === "" ? "" : `${frame.functionName}, `;
    return `${indent}at ${name}cell ${place.cellNumber} line ${place.line}, column ${place.column}`;
  }
}
