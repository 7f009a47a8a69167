import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { notebookFacts, surveyCell } from "../analyze/index.js";
import { keyOf } from "../lineage/log-index/index-key.js";
import { findProjectRoot } from "../lineage/project.js";
import { openReader } from "../lineage/reader.js";
import { carriesSecret, looksSecret } from "../lineage/secrets.js";
import { editTags } from "../notebook/edit-tags.js";
import type { Notebook } from "../notebook/notebook.js";
import { readNotebook } from "../notebook/read-notebook.js";
import { readRole } from "../notebook/tags.js";
import { type Suggestion, suggestSteps } from "../pipeline/compile/suggest/index.js";
import { shortPath } from "../pipeline/run/run-files.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { table } from "./table.js";

/** What `tagline suggest --json` prints. */
export interface SuggestDocument extends Suggestion {
  readonly notebook: string;
  /** How many cells would get other tags, or got them with `--write`. */
  readonly changes: number;
  readonly written: boolean;
}

export interface SuggestReport {
  readonly document: SuggestDocument;
  /** 1-based numbers of the cells among all cells of the notebook, by id. */
  readonly cellNumbers: Readonly<Record<string, number>>;
}

/**
 * Proposes steps for a notebook. Runs none of it.
 *
 * @throws {UsageError} if the file cannot be read, is in another language, or cannot be written
 */
export function suggest(file: string, { write = false }: { readonly write?: boolean } = {}): SuggestReport {
  const path = resolve(file);
  const root = findProjectRoot(dirname(path));
  const name = shortPath(root, path);
  const text = read(path, file);
  const notebook = readNotebook(name, text);
  if (notebook.language !== null && !["typescript", "javascript"].includes(notebook.language))
    throw new UsageError(
      `Cannot suggest steps for ${file}: it is written in ${notebook.language}, and Tagline runs TypeScript and JavaScript.`,
    );
  const code = notebook.cells.filter(({ kind }) => kind === "code");
  // Of all tags, facts depend on `parameters` alone: others would only have the cells looked at again.
  const isParameters = (tags: readonly string[]): boolean => readRole(tags).kind === "parameters";
  const factsWith = (tags: ReadonlyMap<string, readonly string[]>): ReturnType<typeof notebookFacts> => {
    const cells = code.map((cell) => {
      const wanted = tags.get(cell.id) ?? cell.tags;
      return isParameters(wanted) === isParameters(cell.tags) ? cell : { ...cell, tags: wanted };
    });
    return notebookFacts(cells, { folder: dirname(path), speed: "check" });
  };
  const suggestion = suggestSteps({
    notebook,
    facts: factsWith(new Map()),
    surveys: new Map(code.map(({ id, source }) => [id, surveyCell(source)])),
    durations: lastDurations(root, name, notebook),
    factsWith,
    isSecretName: looksSecret,
    holdsSecret: carriesSecret,
  });
  const changed = suggestion.cells.filter(({ index, tags }) => !sameTags(tags, notebook.cells[index]?.tags ?? []));
  if (write && changed.length > 0) {
    const edited = editTags(text, new Map(changed.map(({ index, tags }) => [index, tags])));
    replaceFile(path, file, text, edited);
  }
  return {
    document: { notebook: name, ...suggestion, changes: changed.length, written: write && changed.length > 0 },
    cellNumbers: Object.fromEntries(notebook.cells.map(({ id, index }) => [id, index + 1])),
  };
}

function sameTags(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((tag, index) => tag === other[index]);
}

/** Milliseconds that each cell took when it last ran as it stands, in the notebook's last session. */
function lastDurations(root: string, name: string, notebook: Notebook): Map<string, number> {
  const found = new Map<string, number>();
  const ids = new Set(notebook.cells.map(({ id }) => id));
  try {
    const session = openReader(root)
      .records(keyOf("notebook", name))
      .find(({ cells }) => cells.length > 0);
    for (const { trace } of session?.cells ?? [])
      if (trace.cellId !== null && ids.has(trace.cellId) && trace.error === null)
        found.set(trace.cellId, trace.durationMs);
  } catch {
    // A log that cannot be read tells nothing of times: the rest still holds.
  }
  return found;
}

function read(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new UsageError(`Cannot read notebook ${file}: ${isMissing ? "there is no such file" : String(cause)}.`, {
      cause,
    });
  }
}

/** Whole or not at all, behind links too, with the rights that the file has. */
function replaceFile(path: string, file: string, before: string, after: string): void {
  const target = realpathSync(path);
  const partial = `${target}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const handle = openSync(partial, "wx", 0o600);
    try {
      writeSync(handle, after);
      fchmodSync(handle, statSync(target).mode & 0o7777);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (readFileSync(target, "utf8") !== before)
      throw new UsageError(`Cannot tag ${file}: it was saved meanwhile. Try again.`);
    renameSync(partial, target);
  } catch (cause) {
    rmSync(partial, { force: true });
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`Cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

export function formatSuggestion({ document, cellNumbers }: SuggestReport): string {
  const { notebook, cells, steps, findings, changes, written } = document;
  const lines = [notebook, ""];
  const place = (id: string): string => String(cellNumbers[id] ?? id);
  if (cells.length > 0)
    lines.push(
      ...table(
        ["cell", "tags", "because"],
        cells.map(({ cell, tags, reason }) => [place(cell), tags.join(" ") || "-", reason]),
      ),
      "",
    );
  if (steps.length > 0)
    lines.push(
      ...table(
        ["step", "cells", "takes", "gives"],
        steps.map((step) => [
          step.name,
          step.cells.map(place).join(" "),
          step.reads.join(", "),
          step.writes.join(", "),
        ]),
      ),
      "",
    );
  for (const { code, severity, cell, line, message, fix } of findings) {
    lines.push(
      `${cell === null ? "notebook" : `cell ${place(cell)}`}${line === null ? "" : ` line ${line}`}: ${severity} ${code}: ${message}`,
    );
    if (fix !== null) lines.push(`  ${fix}`);
  }
  if (findings.length > 0) lines.push("");
  lines.push(
    changes === 0
      ? "Nothing to do: the cells have their tags."
      : `${changes} ${changes === 1 ? "cell" : "cells"} ${written ? "tagged" : "to tag; --write tags them"}.`,
  );
  return `${lines.join("\n")}\n`;
}
