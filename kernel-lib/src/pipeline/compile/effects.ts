import type { CallFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";
import type { Definition, Definitions } from "./definitions.js";

/** What running some code may touch outside itself, functions that it calls included. Names map to the first line. */
export interface Effects {
  /** Definitions of code, types and imports that must be there, transitively. */
  readonly code: ReadonlySet<Definition>;
  /** Values read. */
  readonly reads: ReadonlyMap<string, number>;
  readonly assigns: ReadonlyMap<string, number>;
  readonly mutates: ReadonlyMap<string, number>;
  /** Names that nothing in the notebook defines, globals left out. */
  readonly unknown: ReadonlyMap<string, number>;
}

interface MutableEffects {
  code: Set<Definition>;
  reads: Map<string, number>;
  assigns: Map<string, number>;
  mutates: Map<string, number>;
  unknown: Map<string, number>;
}

/**
 * Effects of a cell's code. A function's body counts where it is mentioned, not where it is declared: what
 * `f` closes over is needed by the step that calls `f`.
 */
export function cellEffects(cell: RoleCell, definitions: Definitions): Effects {
  const effects = noEffects();
  const { facts } = cell;
  const lineOf = firstLines(cell);
  const walker = new Walker(cell, definitions, effects);
  const global = new Set(facts.globals.map((use) => use.name).filter((name) => definitions.all(name).length === 0));
  for (const statement of facts.statements) {
    for (const name of statement.reads) if (!global.has(name)) walker.mention(name, lineOf(name, statement.range.line));
    for (const name of statement.types) walker.type(name, cell, statement.range.line);
  }
  for (const use of facts.reads) walker.mention(use.name, use.line);
  for (const use of facts.globals) if (definitions.all(use.name).length > 0) walker.mention(use.name, use.line);
  for (const use of facts.assigns) walker.assign(use.name, use.line);
  for (const use of facts.mutates) walker.mutate(use.name, use.line);
  walker.calls(facts.calls, cell, 1);
  // Classes run static blocks and heritage clauses at once, and a declared function may be handed on as it is:
  // both are covered by `statement.reads` and by the mention of their name, so declarations add nothing here.
  return effects;
}

/** Effects of code that may be called: a definition of kind `code`, as if the cell `from` had called it. */
export function codeEffects(definition: Definition, definitions: Definitions): Effects {
  const effects = noEffects();
  new Walker(definition.cell, definitions, effects).enter(definition, definition.statement.range.line);
  return effects;
}

function noEffects(): MutableEffects {
  return { code: new Set(), reads: new Map(), assigns: new Map(), mutates: new Map(), unknown: new Map() };
}

class Walker {
  readonly #from: RoleCell;
  readonly #definitions: Definitions;
  readonly #effects: MutableEffects;

  constructor(from: RoleCell, definitions: Definitions, effects: MutableEffects) {
    this.#from = from;
    this.#definitions = definitions;
    this.#effects = effects;
  }

  mention(name: string, line: number): void {
    const definition = this.#definitions.meant(name, this.#from);
    if (definition === null) note(this.#effects.unknown, name, line);
    else if (definition.kind === "value") note(this.#effects.reads, name, line);
    else this.enter(definition, line);
  }

  type(name: string, cell: RoleCell, line: number): void {
    const definition = this.#definitions.meant(name, cell);
    if (definition === null) return;
    if (definition.kind === "value")
      note(this.#effects.reads, name, line); // `typeof rows`
    else this.enter(definition, line);
  }

  assign(name: string, line: number): void {
    note(this.#effects.assigns, name, line);
  }

  mutate(name: string, line: number): void {
    const definition = this.#definitions.meant(name, this.#from);
    if (definition?.kind === "value") note(this.#effects.mutates, name, line);
  }

  /** Takes code along with everything that it may touch when it runs. */
  enter(definition: Definition, line: number): void {
    if (this.#effects.code.has(definition)) return;
    this.#effects.code.add(definition);
    const { statement, declaration, cell } = definition;
    if (definition.kind === "import") return;
    for (const name of [...statement.types, ...(declaration?.types ?? [])]) this.type(name, cell, line);
    if (definition.kind === "type") return;
    for (const name of [...statement.reads, ...(declaration?.free ?? [])]) {
      if (this.#definitions.all(name).length > 0) this.mention(name, line);
    }
    for (const name of declaration?.assigns ?? []) this.assign(name, line);
    for (const name of declaration?.mutates ?? []) this.mutate(name, line);
    this.calls(declaration?.calls ?? [], cell, line);
  }

  /** Arguments that a called function changes in place are changed by the caller. */
  calls(calls: readonly CallFacts[], cell: RoleCell, line: number): void {
    for (const call of calls) {
      const callee = this.#definitions.meant(call.callee, cell);
      if (callee?.kind !== "code") continue;
      for (const index of mutatedParams(callee, this.#definitions, new Set())) {
        const argument = call.args[index];
        if (argument && !argument.startsWith("#")) this.mutate(argument, line);
      }
    }
  }
}

/** Indices of a function's parameters that it, or a function that it passes them to, changes in place. */
function mutatedParams(definition: Definition, definitions: Definitions, visiting: Set<Definition>): Set<number> {
  const declaration = definition.declaration;
  const found = new Set(declaration?.mutatesParams ?? []);
  if (declaration === null || visiting.has(definition)) return found;
  visiting.add(definition);
  for (const call of declaration.calls) {
    const callee = definitions.meant(call.callee, definition.cell);
    if (callee?.kind !== "code") continue;
    for (const index of mutatedParams(callee, definitions, visiting)) {
      const argument = call.args[index];
      if (argument?.startsWith("#")) found.add(Number(argument.slice(1)));
    }
  }
  return found;
}

function firstLines(cell: RoleCell): (name: string, otherwise: number) => number {
  const lines = new Map([...cell.facts.reads, ...cell.facts.globals].map((use) => [use.name, use.line]));
  return (name, otherwise) => lines.get(name) ?? otherwise;
}

function note(uses: Map<string, number>, name: string, line: number): void {
  const known = uses.get(name);
  if (known === undefined || line < known) uses.set(name, line);
}
