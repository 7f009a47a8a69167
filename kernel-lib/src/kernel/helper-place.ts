import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

const DATA_PLACE = /data:text\/javascript;base64,([A-Za-z0-9+/=]+):(\d+):(\d+)/;
const MAP = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

/** A line of a stack that stands in a TypeScript file of the person's own, with its file, line and column; else the line itself. */
export function readHelperFrame(line: string): string {
  const match = DATA_PLACE.exec(line);
  if (match === null) return line;
  const [whole, code = "", row, column] = match;
  const map = MAP.exec(Buffer.from(code, "base64").toString())?.[1];
  if (map === undefined) return line;
  const trace = new TraceMap(Buffer.from(map, "base64").toString());
  const place = originalPositionFor(trace, { line: Number(row), column: Number(column) - 1 });
  if (place.source === null) return line;
  const path = place.source.startsWith("file:") ? fileURLToPath(place.source) : place.source;
  return line.replace(whole, `${path}:${place.line}:${place.column + 1}`);
}
