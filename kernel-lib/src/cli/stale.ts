import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { notebookFacts } from "../analyze/index.js";
import { findRun } from "../lineage/find-run.js";
import { keyOf } from "../lineage/log-index/index-key.js";
import { findProjectRoot } from "../lineage/project.js";
import { findStale, type StaleValue } from "../lineage/questions/find-stale.js";
import type { LogReader } from "../lineage/reader.js";
import type { RunRecord } from "../lineage/run-record.js";
import type { CellFacts } from "../notebook/cell-facts.js";
import { readNotebook } from "../notebook/read-notebook.js";
import { shortPath } from "../pipeline/run/run-files.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { openProject } from "./open-project.js";
import { processStreams } from "./streams.js";

/** What `tagline stale --json` prints. */
export interface StaleDocument {
  readonly notebook: string;
  /** The session that was looked at; null if the notebook had none. */
  readonly session: string | null;
  readonly stale: readonly StaleValue[];
}

export interface StaleReport {
  readonly document: StaleDocument;
  /** 1-based numbers of the cells among all cells of the notebook, by id. */
  readonly cellNumbers: Readonly<Record<string, number>>;
}

/** What of a notebook's last session (or of `run`) a clean run would not make the same way. */
export function stale(file: string, { run }: { readonly run?: string }): StaleReport {
  const path = resolve(file);
  const root = findProjectRoot(dirname(path));
  const name = shortPath(root, path);
  const notebook = readNotebook(name, read(path, file));
  const code = notebook.cells.filter(({ kind }) => kind === "code");
  const facts = notebookFacts(code, { folder: dirname(path), speed: "bind" });
  const session = sessionOf(openProject(processStreams, root), name, run);
  const cells = code.flatMap(({ id }) => {
    const known = facts.get(id);
    return known === undefined ? [] : [{ id, canonicalHash: known.canonicalHash, changes: changedBy(known) }];
  });
  return {
    document: {
      notebook: name,
      session: session?.run ?? null,
      stale: session === null ? [] : findStale(session, cells),
    },
    cellNumbers: Object.fromEntries(notebook.cells.map(({ id, index }) => [id, index + 1])),
  };
}

function read(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function sessionOf(reader: LogReader, notebook: string, run: string | undefined): RunRecord | null {
  if (run !== undefined) {
    const found = findRun(reader, run, { notebook });
    if (found.digest.cells > 0) return found;
    throw new UsageError(`Cannot look at run ${found.run}: it is no session, and keeps no values`);
  }
  for (const record of reader.runs(keyOf("notebook", notebook))) if (record.digest.cells > 0) return record;
  return null;
}

function changedBy({ declarations, imports, assigns, mutates }: CellFacts): string[] {
  return [
    ...declarations.flatMap(({ kind, name }) => (kind === "type" ? [] : [name])),
    ...imports.flatMap(({ typeOnly, local }) => (typeOnly ? [] : [local])),
    ...[...assigns, ...mutates].map(({ name }) => name),
  ];
}
