import type { CellFacts } from "../../notebook/cell-facts.js";
import type { Notebook, NotebookCell } from "../../notebook/notebook.js";
import type { ProgramCell } from "./program.js";

/** What the log records of each code cell besides what is observed, by id. */
export function programCells(
  notebook: Notebook,
  facts: ReadonlyMap<string, CellFacts>,
): Readonly<Record<string, ProgramCell>> {
  const all = [...facts.values()];
  return Object.fromEntries(
    notebook.cells.flatMap((cell) => {
      const known = facts.get(cell.id);
      return known === undefined ? [] : [[cell.id, programCell(cell, known, all)]];
    }),
  );
}

function programCell({ index, source }: NotebookCell, facts: CellFacts, all: readonly CellFacts[]): ProgramCell {
  const own = facts.declarations
    .filter((declaration) => declaration.kind !== "type")
    .map((declaration) => declaration.name);
  return {
    index,
    sourceHash: facts.sourceHash,
    canonicalHash: facts.canonicalHash,
    reads: readsOf(facts, all),
    writes: sorted([...own, ...facts.assigns.map((use) => use.name)]),
    mutates: sorted(facts.mutates.map((use) => use.name)),
    values: sorted([
      ...facts.declarations.flatMap(({ name, kind, functionLike }) =>
        functionLike || kind === "type" || kind === "enum" || kind === "namespace" ? [] : [name],
      ),
      ...facts.assigns.map((use) => use.name),
    ]),
    lines: linesOf(source, facts),
    imports: sorted(facts.imports.map((one) => one.specifier)),
  };
}

function linesOf(
  source: string,
  { declarations, statements, reads, assigns, mutates, metrics, paths }: CellFacts,
): Record<string, number> {
  const lineAt = (offset: number): number => source.slice(0, offset).split("\n").length;
  const lines: Record<string, number> = {};
  for (const name of metrics) {
    const at = source.search(new RegExp(`metric\\(\\s*["'\`]${name.replace(/[^\w]/g, "\\$&")}["'\`]`));
    if (at >= 0) lines[`metric:${name}`] = lineAt(at);
  }
  for (const path of paths) {
    const at = source.indexOf(path);
    if (at >= 0) lines[`file:${path}`] = lineAt(at);
  }
  for (const { name, line } of reads) lines[`read:${name}`] ??= line;
  for (const { name, line } of [...mutates, ...assigns]) lines[name] ??= line;
  for (const { name, statement } of declarations) {
    const declared = statements[statement];
    if (declared !== undefined) lines[name] = lineAt(declared.codeStart);
  }
  return lines;
}

/** Names that the cell reads itself, and those that functions of other cells which it may call read for it. */
function readsOf(facts: CellFacts, all: readonly CellFacts[]): readonly string[] {
  const imported = new Set(all.flatMap((cell) => cell.imports.map((one) => one.local)));
  const functions = new Map<string, readonly string[]>();
  for (const declaration of all.flatMap((cell) => cell.declarations)) {
    if (declaration.functionLike) functions.set(declaration.name, declaration.free);
  }
  const declared = new Set(facts.declarations.map((declaration) => declaration.name));
  const reached = new Set<string>();
  const queue = [...facts.reads.map((use) => use.name), ...facts.declarations.flatMap((one) => one.free)];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (declared.has(name) || imported.has(name) || reached.has(name)) continue;
    reached.add(name);
    queue.push(...(functions.get(name) ?? []));
  }
  return sorted([...reached]);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
