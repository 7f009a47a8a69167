import type { CellFacts } from "../notebook/cell-facts.js";
import type { ScopeName, SessionScope } from "./cell-compiler.js";
import { type CellPrograms, createCellPrograms } from "./cell-program.js";
import { checkCell } from "./check-cell.js";
import { sha256 } from "./facts/canonical-hash.js";
import { isGlobalName } from "./facts/globals.js";
import { methodsOf } from "./facts/own-methods.js";
import type { ScopeChanges } from "./facts/scope-changes.js";
import { importedFrom, importState } from "./import-state.js";
import { identifierTexts } from "./names/references.js";
import { type ParsedCell, parseCell } from "./parse-cell.js";
import { emptyScope, neededNames } from "./scope/needed-declarations.js";
import { withoutNames } from "./scope/without-names.js";
import { loadTypeScript } from "./typescript.js";

export interface NotebookCellSource {
  readonly id: string;
  readonly source: string;
  readonly tags: readonly string[];
}

export interface FactsOptions {
  /** Absolute folder of the notebook, from where its imports are found. */
  readonly folder: string;
  readonly speed: "bind" | "check";
}

/**
 * Facts of all code cells, given in notebook order. At `check` speed each cell sees what those before it declare, as if the
 * notebook ran from top to bottom. Remembers what it found, so that after one change only that cell, and those that see
 * other types because of it, are looked at again.
 */
export function notebookFacts(
  cells: readonly NotebookCellSource[],
  { folder, speed }: FactsOptions,
): Map<string, CellFacts> {
  loadTypeScript();
  const analysis = analysisFor(folder, speed);
  const parsed = cells.map((cell) => parseCell(cell.source));
  const facts = new Map<string, CellFacts>();
  let scope = emptyScope;
  cells.forEach((cell, index) => {
    const own = parsed[index];
    if (own === undefined) return;
    const elsewhere = namesOfOthers(parsed, index);
    const known = analysis.look(cell, own, scope, elsewhere);
    facts.set(cell.id, known.facts);
    scope = { names: new Map([...withoutNames(scope, known.declared).names, ...known.added]) };
  });
  return facts;
}

/** Facts of one cell of which nothing else is known. `folder` (absolute, the current one by default) matters for types of imports only. */
export function cellFacts(
  source: string,
  options: { readonly tags?: readonly string[]; readonly speed: "bind" | "check"; readonly folder?: string },
): CellFacts {
  loadTypeScript();
  const { tags = [], speed, folder = process.cwd() } = options;
  return analysisFor(folder, speed).look({ id: "", source, tags }, parseCell(source), emptyScope, new Set()).facts;
}

interface Analysis {
  look(cell: NotebookCellSource, parsed: ParsedCell, scope: SessionScope, elsewhere: ReadonlySet<string>): Known;
}

interface Known {
  readonly facts: CellFacts;
  readonly declared: ReadonlySet<string>;
  readonly added: ReadonlyMap<string, ScopeName>;
}

/** The last few folders' analyses, the newest last. The parsed libraries are shared; a program and its types take some 100 MB. */
const analyses = new Map<string, Analysis>();
const folderLimit = 4;

/** Cells remembered for each folder and speed: several large notebooks' worth. */
const cellLimit = 2000;

function analysisFor(folder: string, speed: "bind" | "check"): Analysis {
  // At `bind` speed nothing outside the cell is looked at.
  const key = speed === "bind" ? speed : folder;
  const analysis = analyses.get(key) ?? createAnalysis(createCellPrograms(folder, { speed }), folder, speed);
  keepNewest(analyses, key, analysis, folderLimit);
  return analysis;
}

/** Puts the entry at the end, and drops the oldest where there are too many. */
function keepNewest<T>(entries: Map<string, T>, key: string, value: T, limit: number): void {
  entries.delete(key);
  entries.set(key, value);
  for (const oldest of entries.keys()) {
    if (entries.size <= limit) break;
    entries.delete(oldest);
  }
}

function createAnalysis(programs: CellPrograms, folder: string, speed: "bind" | "check"): Analysis {
  const remembered = new Map<string, Known>();
  return {
    look(cell, parsed, scope, elsewhere) {
      const key = keyOf(cell, parsed, scope, elsewhere, speed === "check" ? folder : null);
      const known = remembered.get(key) ?? lookAt(programs, speed, cell, parsed, scope, elsewhere);
      keepNewest(remembered, key, known, cellLimit);
      return known;
    },
  };
}

/** What the facts depend on: the cell, what is declared of the names that it mentions, and the files behind its imports. */
function keyOf(
  cell: NotebookCellSource,
  parsed: ParsedCell,
  scope: SessionScope,
  elsewhere: ReadonlySet<string>,
  /** Folder from where imports are looked up; null where they do not matter. */
  folder: string | null,
): string {
  const texts = identifierTexts(parsed.file);
  const seen = withoutNames(scope, new Set(parsed.names.map((found) => found.name)));
  const declarations = neededNames(seen, texts).map((found) => [found.declaration, found.mutatesParams, found.returns]);
  const specifiers = new Set(
    [cell.source, ...declarations.map(([declaration]) => String(declaration))].flatMap(importedFrom),
  );
  const imports = folder === null ? [] : [...specifiers].map((specifier) => importState(specifier, folder));
  const methods = [...methodsOf(seen)].filter((method) => texts.has(method.slice(method.indexOf(".") + 1)));
  return sha256(
    JSON.stringify([
      cell.source,
      cell.tags,
      declarations,
      methods,
      imports,
      [...elsewhere].filter((name) => texts.has(name)).sort(),
    ]),
  );
}

function lookAt(
  programs: CellPrograms,
  speed: "bind" | "check",
  cell: NotebookCellSource,
  parsed: ParsedCell,
  scope: SessionScope,
  elsewhere: ReadonlySet<string>,
): Known {
  const declared = new Set(parsed.names.map((found) => found.name));
  const checked = checkCell(programs, { source: cell.source, scope, tags: cell.tags, speed, elsewhere });
  const facts = checked.facts();
  if (speed === "bind") return { facts, declared, added: changesAlone(checked.changes()) };
  // A constant of an earlier cell changes its declaration when this cell assigns to it.
  const isChanged = ([name, found]: [string, ScopeName]): boolean => {
    const before = scope.names.get(name)?.declaration;
    return declared.has(name) || (before?.includes("declare const ") === true && before !== found.declaration);
  };
  return { facts, declared, added: new Map([...checked.emitted().scope.names].filter(isChanged)) };
}

/** At `bind` speed the scope carries what functions and classes change, and nothing else. */
function changesAlone(changes: ReadonlyMap<string, ScopeChanges>): Map<string, ScopeName> {
  return new Map(
    [...changes].map(([name, change]) => [name, { name, declaration: "", mentions: [], hasValue: true, ...change }]),
  );
}

/** Names that look like globals and are declared in another cell: there they are none. */
function namesOfOthers(parsed: readonly ParsedCell[], index: number): Set<string> {
  const others = parsed.filter((_, at) => at !== index).flatMap((cell) => cell.names);
  return new Set(others.map((found) => found.name).filter(isGlobalName));
}
