import type { DeclarationFacts, ImportFacts, ParamFacts, StatementFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";

/**
 * What a name stands for where a cell defines it.
 * `code` crosses steps as source (functions, classes, enums, namespaces), `type` likewise, `import` is imported
 * again; only a `value` is made by running a cell.
 */
export type DefinitionKind = "import" | "type" | "code" | "value";

export interface Definition {
  readonly name: string;
  readonly kind: DefinitionKind;
  readonly cell: RoleCell;
  readonly statement: StatementFacts;
  /** Index of the statement in its cell. */
  readonly index: number;
  readonly declaration: DeclarationFacts | null;
  readonly imported: ImportFacts | null;
}

/** Every top-level definition of the notebook, found by name and place. */
export class Definitions {
  readonly #byName = new Map<string, Definition[]>();

  constructor(cells: readonly RoleCell[]) {
    for (const cell of cells) for (const definition of definitionsOf(cell)) this.#add(definition);
  }

  #add(definition: Definition): void {
    const known = this.#byName.get(definition.name);
    if (known) known.push(definition);
    else this.#byName.set(definition.name, [definition]);
  }

  /** All definitions of a name, in notebook order. */
  all(name: string): readonly Definition[] {
    return this.#byName.get(name) ?? [];
  }

  names(): IterableIterator<string> {
    return this.#byName.keys();
  }

  /**
   * The definition that code in `cell` means by `name`: the last one up to and including the cell, else the
   * first one after it. Cells left out by `skip` count only if nothing else defines the name.
   */
  meant(name: string, cell: RoleCell): Definition | null {
    const all = this.all(name);
    const usable = all.filter((definition) => definition.cell.role.kind !== "skip");
    const candidates = usable.length > 0 ? usable : all;
    return candidates.findLast((definition) => definition.cell.order <= cell.order) ?? candidates[0] ?? null;
  }
}

function definitionsOf(cell: RoleCell): Definition[] {
  const { facts } = cell;
  const found: Definition[] = [];
  facts.statements.forEach((statement, index) => {
    for (const name of statement.declares) {
      const imported = facts.imports.find((fact) => fact.local === name && statement.kind === "import") ?? null;
      const declaration = facts.declarations.find((fact) => fact.name === name && fact.statement === index) ?? null;
      found.push({ name, kind: kindOf(statement, declaration), cell, statement, index, declaration, imported });
    }
  });
  return found;
}

function kindOf(statement: StatementFacts, declaration: DeclarationFacts | null): DefinitionKind {
  if (statement.kind === "import") return "import";
  if (statement.kind === "type" || declaration?.kind === "type") return "type";
  if (statement.kind === "variable" || statement.kind === "expression") return "value";
  return "code";
}

/** Notebook order: by cell, then by statement. */
export function byPlace(a: Definition, b: Definition): number {
  return a.cell.order - b.cell.order || a.index - b.index;
}

/** The param that a `parameters` cell binds to this variable, if any. */
export function paramOf(cell: RoleCell, variable: string): ParamFacts | null {
  return cell.facts.params.find((param) => param.variable === variable) ?? null;
}
