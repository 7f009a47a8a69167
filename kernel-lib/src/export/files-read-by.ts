import { isAbsolute, join } from "node:path";
import { keyOf } from "../lineage/log-index/index-key.js";
import { openReader } from "../lineage/reader.js";
import { tracesOf } from "../lineage/runs.js";

/** Files that the latest pipeline run and the latest session of a notebook read and had not written, absolute, sorted. */
export function filesReadBy(root: string, notebook: string): string[] {
  const wanted = new Set(["pipeline", "session"]);
  const read = new Set<string>();
  const written = new Set<string>();
  for (const record of openReader(root).runs(keyOf("notebook", notebook))) {
    if (record.started === null || !wanted.delete(record.started.runKind)) continue;
    for (const { files } of tracesOf(record))
      for (const { path, mode } of files) (mode === "read" ? read : written).add(path);
    if (wanted.size === 0) break;
  }
  return [...read]
    .filter((path) => !written.has(path))
    .map((path) => (isAbsolute(path) ? path : join(root, path)))
    .sort();
}
