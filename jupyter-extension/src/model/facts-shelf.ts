import { type NotebookCell, readRole } from "tagline/notebook";
import type { CellFacts, FactsReply } from "tagline/service/api";

/** Facts of sources no longer in the notebook are kept up to this many, for undo. */
const KEPT_BOUND = 500;

interface Checked {
  readonly source: string;
  readonly facts: CellFacts;
  readonly key: string;
}

/**
 * The facts that the page holds. A cell's checked facts (with types) win while its source stands; after an edit its
 * names alone, found by its source, with the types that its declarations had: so the graph follows each key, and labels stay.
 */
export class FactsShelf {
  readonly #bound = new Map<string, CellFacts>();
  readonly #checked = new Map<string, Checked>();

  /** Facts by cell id, as far as they are known. */
  facts(cells: readonly NotebookCell[]): ReadonlyMap<string, CellFacts> {
    return new Map(
      cells.flatMap((cell) => {
        const facts = this.#find(cell);
        return facts === null ? [] : [[cell.id, facts] as const];
      }),
    );
  }

  /** Code cells of which not even the names are known. */
  missing(cells: readonly NotebookCell[]): NotebookCell[] {
    return cells.filter((cell) => cell.kind === "code" && this.#find(cell) === null);
  }

  /** Keys to send along with a `check`. */
  known(cells: readonly NotebookCell[]): Record<string, string> {
    return Object.fromEntries(
      cells.flatMap((cell) => {
        const checked = this.#checked.get(cell.id);
        return checked?.source === keyOf(cell) ? [[cell.id, checked.key]] : [];
      }),
    );
  }

  addBound(cells: readonly NotebookCell[], reply: FactsReply): void {
    for (const cell of cells) {
      const facts = reply.facts[cell.id];
      if (facts === undefined) continue;
      this.#bound.set(keyOf(cell), facts);
    }
    for (const key of this.#bound.keys()) {
      if (this.#bound.size <= KEPT_BOUND) break;
      this.#bound.delete(key);
    }
  }

  addChecked(cells: readonly NotebookCell[], reply: FactsReply): void {
    for (const cell of cells) {
      const key = reply.keys[cell.id];
      const facts = reply.facts[cell.id] ?? this.#checked.get(cell.id)?.facts;
      if (key !== undefined && facts !== undefined) this.#checked.set(cell.id, { source: keyOf(cell), facts, key });
    }
    const ids = new Set(cells.map((cell) => cell.id));
    for (const id of this.#checked.keys()) if (!ids.has(id)) this.#checked.delete(id);
  }

  #find(cell: NotebookCell): CellFacts | null {
    const checked = this.#checked.get(cell.id);
    if (checked?.source === keyOf(cell)) return checked.facts;
    const bound = this.#bound.get(keyOf(cell));
    return bound === undefined ? null : withTypes(bound, checked?.facts);
  }
}

/** A `parameters` cell's literals are params, so that role is part of what is compiled; other tags are not. */
function keyOf(cell: NotebookCell): string {
  return `${readRole(cell.tags).kind === "parameters" ? "parameters" : ""}\n${cell.source}`;
}

function withTypes(bound: CellFacts, checked: CellFacts | undefined): CellFacts {
  if (checked === undefined) return bound;
  const before = new Map(checked.declarations.map((declaration) => [declaration.name, declaration]));
  const declarations = bound.declarations.map((declaration) => {
    const old = before.get(declaration.name);
    if (old === undefined || old.kind !== declaration.kind || declaration.type !== null) return declaration;
    return { ...declaration, type: old.type, shape: declaration.shape === "unknown" ? old.shape : declaration.shape };
  });
  return { ...bound, declarations };
}
