import { readFileSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { StepError } from "./run-document.js";
import type { RawError } from "./step-protocol.js";

/** A place in a compiled module: 1-based line, 1-based column. */
interface Frame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in a notebook's cell. */
interface CellPlace {
  readonly cellId: string;
  /** As the marker counts it. */
  readonly cellNumber: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Leads an error of a step back to its cell and line: through the source map to the step's TypeScript, and there to the
 * nearest `// notebook cell N [id] line L` above. The same for a run of a notebook and for an exported project.
 * The place is that in the cell that was running, as in the notebook; a function of another cell that it called is in the stack.
 */
export async function locateError(error: RawError, modulesFolder: string): Promise<StepError> {
  const { TraceMap, originalPositionFor, sourceContentFor } = await import("@jridgewell/trace-mapping");
  const places: { readonly place: CellPlace; readonly functionName: string }[] = [];
  for (const frame of parseFrames(error.stack)) {
    if (!frame.file.startsWith(modulesFolder + sep)) continue;
    const map = readText(`${frame.file}.map`);
    if (map === null) continue;
    const trace = new TraceMap(map);
    const original = originalPositionFor(trace, { line: frame.line, column: frame.column - 1 });
    if (original.source === null) continue;
    const source = sourceContentFor(trace, original.source) ?? readText(resolve(dirname(frame.file), original.source));
    const place = source === null ? null : placeInCell(source, original.line, original.column + 1);
    if (place !== null) places.push({ place, functionName: frame.functionName });
  }
  const first = (places.find(({ place }) => place.cellId === error.cellId) ?? places[0])?.place;
  return {
    name: error.name,
    message: error.message,
    cellId: first?.cellId ?? error.cellId,
    line: first?.line ?? null,
    column: first?.column ?? null,
    stack: places.map(
      ({ place, functionName }) =>
        `${functionName === "" ? "" : `${functionName}, `}cell ${place.cellNumber} line ${place.line}, column ${place.column}`,
    ),
  };
}

/** Frames of V8's stack text that lie in files, innermost first. */
export function parseFrames(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const text of stack.split("\n")) {
    const match = /^\s+at (?:(.*?) \()?(?:async )?(file:\/\/\/?[^()]*|\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):(\d+)\)?$/.exec(
      text,
    );
    if (match === null) continue;
    const [, functionName = "", path = "", line, column] = match;
    const file = path.startsWith("file:") ? fileURLToPath(path.replace(/\?.*$/, "")) : path;
    frames.push({
      functionName: functionName.replace(/^async /, ""),
      file,
      line: Number(line),
      column: Number(column),
    });
  }
  return frames;
}

/** The cell's place for a 1-based line and column of a step's TypeScript; null above the first marker. */
export function placeInCell(source: string, line: number, column: number): CellPlace | null {
  const lines = source.split("\n");
  for (let index = Math.min(line, lines.length) - 1; index >= 0; index--) {
    const marker = /^(\s*)\/\/ notebook cell (\S+) \[(.*)\] line (\d+)\s*$/.exec(lines[index] ?? "");
    if (marker === null) continue;
    const [, indent = "", cellNumber = "", cellId = "", first] = marker;
    const offset = line - (index + 2);
    if (offset < 0) return null;
    return { cellId, cellNumber, line: Number(first) + offset, column: Math.max(1, column - indent.length) };
  }
  return null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
