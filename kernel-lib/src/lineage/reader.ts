import type { DeploymentChanged } from "./events.js";
import type { FileIndex } from "./file-index.js";
import { isLive } from "./liveness.js";
import { projectFiles } from "./project.js";
import { LogTail } from "./read-log.js";
import type { SegmentProblem } from "./read-segment.js";
import { RunFold, type RunRecord } from "./run-record.js";
import { restoreSnapshot, saveSnapshot } from "./snapshot.js";

/** The project's runs as the log tells them. Keeps the fold in memory and reads only what is new. */
export interface LogReader {
  readonly root: string;
  /** Reads what was committed since. True if there was anything. */
  refresh(): boolean;
  /** Newest first. */
  records(): readonly RunRecord[];
  record(run: string): RunRecord | undefined;
  /** The version's id for which an alias of a model stands; null if it stands for none. */
  aliasVersion(model: string, alias: string): string | null;
  /** The aliases that stand for a version now, sorted. */
  aliasesOf(model: string, version: string): readonly string[];
  /** The last that was heard of each deployment. */
  deployments(): readonly DeploymentChanged[];
  /** Which runs read and wrote a file. */
  readonly files: Pick<FileIndex, "paths" | "readers" | "writers">;
  /** True while the process that writes this run may still go on with it. */
  isLive(record: RunRecord): boolean;
  readonly problems: readonly SegmentProblem[];
}

export interface ReaderOptions {
  /** How much of the log is read before what was made of it is kept for the next process; in bytes. Default 16 MiB. */
  readonly snapshotBytes?: number;
}

/** Opens the project's log for reading; it need not exist yet. */
export function openReader(root: string, { snapshotBytes = 16 << 20 }: ReaderOptions = {}): LogReader {
  const files = projectFiles(root);
  let tail = new LogTail(root);
  let fold = new RunFold(files.lineage);
  restoreSnapshot(root, tail, fold);
  let unsaved = 0;
  const refresh = (): boolean => {
    const stale = tail.isStale();
    if (stale) {
      // Somebody removed or replaced part of the log: it is read from the start.
      tail = new LogTail(root);
      fold = new RunFold(files.lineage);
    }
    const changed = tail.refresh((events, writer, spans) => {
      fold.add(events, writer, spans);
      unsaved += (spans.at(-1) ?? 0) - (spans[0] ?? 0);
    });
    if (unsaved >= snapshotBytes) {
      unsaved = 0;
      saveSnapshot(root, tail, fold);
    }
    return changed || stale;
  };
  refresh();
  return {
    root: files.root,
    refresh,
    records: () => fold.list(),
    record: (run) => fold.get(run),
    aliasVersion: (model, alias) => fold.aliasVersion(model, alias),
    aliasesOf: (model, version) => fold.aliasesOf(model, version),
    deployments: () => fold.deployments(),
    get files() {
      return fold.files;
    },
    isLive: (record) => isLive(files.lineage, record.writer),
    get problems() {
      return tail.problems;
    },
  };
}
