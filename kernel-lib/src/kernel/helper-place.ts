import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { projectModuleMap } from "../analyze/modules/project-module-map.js";

const PLACE = /(?:file:\/\/)?(\/[^():]*\/\.tagline\/[^():]+\.[cm]js):(\d+):(\d+)/;

/** A line of a stack that stands in a file of the person's own, with its path, line and column there; else the line itself. */
export function readHelperFrame(line: string): string {
  const match = PLACE.exec(line);
  if (match === null) return line;
  const [whole, path = "", row, column] = match;
  const map = projectModuleMap(decodeURI(path));
  if (map === null) return line;
  const place = originalPositionFor(new TraceMap(map), { line: Number(row), column: Number(column) - 1 });
  if (place.source === null) return line;
  return line.replace(whole, `${fileURLToPath(place.source)}:${place.line}:${place.column + 1}`);
}
