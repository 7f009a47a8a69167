import { findProjectRoot } from "../lineage/project.js";
import { type LogReader, openReader } from "../lineage/reader.js";
import { type CliStreams, processStreams } from "./streams.js";

/** The log of this project; on a terminal it tells how far it is while it is read for the first time. */
export function openProject(streams: CliStreams = processStreams, root: string = findProjectRoot()): LogReader {
  return openReader(root, { onProgress: readingProgress(streams) });
}

/** Says on a terminal how much of the log is read. */
export function readingProgress({ stderr }: CliStreams): (doneBytes: number, totalBytes: number) => void {
  let last = "";
  return (done, total) => {
    if (stderr.isTTY !== true) return;
    const percent = Math.floor((100 * done) / Math.max(1, total));
    const text = done >= total ? "" : `Reading the lineage log: ${percent} % of ${Math.ceil(total / 2 ** 20)} MB`;
    if (text === last) return;
    stderr.write(`\r\u001b[K${text}`);
    last = text;
  };
}
