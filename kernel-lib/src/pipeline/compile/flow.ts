import { Aliases } from "./aliases.js";
import type { RoleCell } from "./classify-cells.js";
import type { Definition, Definitions } from "./definitions.js";
import { diagnose } from "./diagnostics.js";
import { cellEffects, type Effects } from "./effects.js";
import { hiddenValue } from "./hidden-value.js";
import { isModuleCell, setupEffects } from "./module-cells.js";
import type { Diagnostic } from "./plan.js";

/** A value that travels between two steps. */
export interface Flow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** The cell that first needs it, with the line. */
  readonly cell: RoleCell;
  readonly line: number;
  /** True if the value is made further down than it is needed, which is reported on its own. */
  readonly early?: boolean;
}

export interface Flows {
  readonly flows: readonly Flow[];
  /** What each step reaches beside values of steps: imports, types, functions, setup and parameter values. */
  readonly reached: ReadonlyMap<string, ReadonlySet<Definition>>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Follows the values through the notebook from top to bottom. Each name has an owner, the last step that made or
 * changed it; a cell that needs a name takes it from the owner.
 */
export function findFlows(cells: readonly RoleCell[], definitions: Definitions): Flows {
  return new FlowFinder(cells, definitions).find();
}

class FlowFinder {
  readonly #cells: readonly RoleCell[];
  readonly #stepCells: readonly (RoleCell & { readonly step: string })[];
  readonly #definitions: Definitions;
  readonly #aliases: Aliases;
  readonly #effects = new Map<string, Effects>();
  readonly #owner = new Map<string, string>();
  readonly #flows = new Map<string, Flow>();
  readonly #reached = new Map<string, Set<Definition>>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #reported = new Set<string>();

  constructor(cells: readonly RoleCell[], definitions: Definitions) {
    this.#cells = cells;
    this.#stepCells = cells.flatMap((cell) => (cell.role.step === null ? [] : [{ ...cell, step: cell.role.step }]));
    this.#definitions = definitions;
    this.#aliases = new Aliases(this.#stepCells);
    for (const cell of this.#stepCells) this.#effects.set(cell.id, cellEffects(cell, definitions));
  }

  find(): Flows {
    const shared = this.#sharedAndChanged();
    for (const cell of this.#stepCells) {
      const effects = this.#effectsOf(cell);
      for (const definition of effects.code) this.#reach(cell, definition);
      this.#reachSetup(cell);
      for (const [name, line] of effects.unknown) this.#unknown(cell, name, line);
      const declared = declaredValues(cell);
      for (const uses of [effects.reads, effects.mutates, effects.assigns]) {
        for (const [name, line] of uses) if (!isLocal(cell, name, declared)) this.#need(cell, name, line);
      }
      for (const name of [...declared, ...effects.assigns.keys()]) this.#own(cell, name);
      for (const [name, line] of effects.assigns) this.#refuseChange(cell, name, line);
      for (const [name, line] of effects.mutates) this.#mutate(cell, name, line);
      this.#carry(cell, declared, shared);
    }
    return { flows: [...this.#flows.values()], reached: this.#reached, diagnostics: this.#diagnostics };
  }

  #effectsOf(cell: RoleCell): Effects {
    const effects = this.#effects.get(cell.id);
    if (effects === undefined) throw new Error(`Cannot find the effects of cell ${cell.id}`);
    return effects;
  }

  /** Names whose objects are changed in place and seen under another name later: they must travel together. */
  #sharedAndChanged(): ReadonlySet<string> {
    const together = new Set<string>();
    for (const cell of this.#stepCells) {
      for (const name of this.#effectsOf(cell).mutates.keys()) {
        for (const other of this.#affectedLater(cell, name)) together.add(name).add(other);
      }
    }
    return together;
  }

  /** Other names of the changed object that exist by now and are read again further down. */
  #affectedLater(cell: RoleCell, name: string): string[] {
    return [...this.#aliases.affectedBy(name)].filter((other) => {
      const madeBefore = this.#definitions.all(other).some((definition) => definition.cell.order <= cell.order);
      const readLater = this.#stepCells.some(
        (later) => later.order > cell.order && this.#effectsOf(later).reads.has(other) && later.step !== cell.role.step,
      );
      return madeBefore && readLater;
    });
  }

  #reach(cell: RoleCell & { step: string }, definition: Definition): void {
    const known = this.#reached.get(cell.step);
    if (known) known.add(definition);
    else this.#reached.set(cell.step, new Set([definition]));
  }

  #need(cell: RoleCell & { step: string }, name: string, line: number): void {
    const owner = this.#owner.get(name);
    if (owner === cell.step) return;
    if (owner !== undefined) {
      this.#flow({ name, from: owner, to: cell.step, cell, line });
      return;
    }
    const definition = this.#definitions.meant(name, cell);
    if (definition === null) this.#unknown(cell, name, line);
    else if (definition.cell.role.kind === "setup" || definition.cell.role.kind === "parameters") {
      this.#reachValue(cell, definition, line);
    } else if (definition.cell.role.step !== null) this.#tooEarly(cell, definition, line);
    else {
      for (const diagnostic of hiddenValue(cell, line, definition, this.#consumers(name))) this.#report(diagnostic);
    }
  }

  /** A `setup` or `parameters` value, with what its statement reaches. */
  #reachValue(cell: RoleCell & { step: string }, definition: Definition, line: number): void {
    if (this.#reached.get(cell.step)?.has(definition)) return;
    this.#reach(cell, definition);
    for (const name of [...definition.statement.reads, ...definition.statement.types]) {
      const other = this.#definitions.meant(name, definition.cell);
      if (other === null || other === definition) continue;
      if (other.kind !== "value") this.#reachCode(cell, other, line);
      else if (isModuleCell(other.cell)) this.#reachValue(cell, other, line);
      else this.#moduleNeedsStep(definition, name);
    }
  }

  #reachCode(cell: RoleCell & { step: string }, definition: Definition, line: number): void {
    if (this.#reached.get(cell.step)?.has(definition)) return;
    this.#reach(cell, definition);
    const { statement, declaration } = definition;
    for (const name of [
      ...statement.reads,
      ...statement.types,
      ...(declaration?.free ?? []),
      ...(declaration?.types ?? []),
    ]) {
      const other = this.#definitions.meant(name, definition.cell);
      if (other === null || other === definition) continue;
      if (other.kind !== "value") this.#reachCode(cell, other, line);
      else this.#need(cell, name, line);
    }
  }

  /** Setup code that runs for its effect runs in every step. */
  #reachSetup(cell: RoleCell & { step: string }): void {
    for (const { cell: setup, statement } of setupEffects(this.#cells)) {
      for (const name of statement.reads) {
        const definition = this.#definitions.meant(name, setup);
        if (definition === null) continue;
        if (definition.kind !== "value") this.#reachCode(cell, definition, 1);
        else if (isModuleCell(definition.cell)) this.#reachValue(cell, definition, 1);
      }
    }
  }

  #moduleNeedsStep(definition: Definition, name: string): void {
    const { cell, statement } = definition;
    const place = { cellId: cell.id, line: statement.range.line };
    const message = `This ${cell.role.kind} cell needs "${name}", which a step makes. Move the line into a step, or make "${name}" here.`;
    this.#report(diagnose("TL043", place, message));
  }

  #flow(flow: Flow): void {
    const key = `${flow.to}\n${flow.name}`;
    const known = this.#flows.get(key);
    if (known === undefined) this.#flows.set(key, flow);
    else if (known.from !== flow.from) {
      const message = `"${flow.name}" is read in step "${flow.to}" both before and after step "${flow.from}" changes it. Give the cells after that change a step of their own.`;
      this.#report(diagnose("TL021", { cellId: flow.cell.id, line: flow.line }, message));
    }
  }

  /** Makes the cell's step the owner; whoever took the name from this step before took an unfinished value. */
  #own(cell: RoleCell & { step: string }, name: string): void {
    for (const flow of this.#flows.values()) {
      if (flow.name !== name || flow.from !== cell.step || flow.to === cell.step || flow.early) continue;
      const message = `"${name}" is read here between two cells of step "${cell.step}", and cell ${cell.number} changes it afterwards. Give that cell a step of its own, or move this one below it.`;
      this.#report(diagnose("TL021", { cellId: flow.cell.id, line: flow.line }, message));
    }
    this.#owner.set(name, cell.step);
  }

  #mutate(cell: RoleCell & { step: string }, name: string, line: number): void {
    if (this.#refuseChange(cell, name, line)) return;
    if (this.#owner.get(name) !== cell.step || !declaredValues(cell).has(name)) this.#own(cell, name);
    for (const other of this.#affectedLater(cell, name)) {
      if (!this.#owner.has(other)) continue;
      this.#need(cell, other, line);
      this.#own(cell, other);
    }
  }

  /** A step that makes a new name for shared objects hands on the old names with it, so that they stay one object. */
  #carry(cell: RoleCell & { step: string }, declared: ReadonlySet<string>, together: ReadonlySet<string>): void {
    for (const name of declared) {
      if (!together.has(name)) continue;
      for (const part of this.#aliases.partsOf(name)) {
        const owner = this.#owner.get(part);
        if (!together.has(part) || owner === undefined || owner === cell.step) continue;
        this.#need(cell, part, 1);
        this.#owner.set(part, cell.step);
      }
    }
  }

  #refuseChange(cell: RoleCell & { step: string }, name: string, line: number): boolean {
    if (declaredValues(cell).has(name)) return false;
    const definition = this.#definitions.meant(name, cell);
    if (definition === null || !isModuleCell(definition.cell)) return false;
    const kind = definition.cell.role.kind;
    const message = `"${name}" comes from a ${kind} cell, which every step runs for itself, so a change made here would be lost. Make "${name}" in a step, or work on a copy.`;
    this.#report(diagnose("TL040", { cellId: cell.id, line }, message));
    return true;
  }

  #tooEarly(cell: RoleCell & { step: string }, definition: Definition, line: number): void {
    const from = definition.cell.role.step;
    if (from !== null && from !== cell.step) {
      this.#flow({ name: definition.name, from, to: cell.step, cell, line, early: true });
    }
    const message = `"${definition.name}" is used here but made further down, in cell ${definition.cell.number}. Move that cell above this one.`;
    this.#report(diagnose("TL013", { cellId: cell.id, line }, message));
  }

  #unknown(cell: RoleCell, name: string, line: number): void {
    const message = `No cell defines "${name}". Define it in a step, or import it.`;
    this.#report(diagnose("TL012", { cellId: cell.id, line }, message));
  }

  /** Steps that need a name from outside, for choosing the fix of a hidden value. */
  #consumers(name: string): ReadonlySet<string> {
    return new Set(this.#stepCells.filter((cell) => this.#effectsOf(cell).reads.has(name)).map((cell) => cell.step));
  }

  #report(diagnostic: Diagnostic): void {
    const key = `${diagnostic.code}\n${diagnostic.cellId}\n${diagnostic.message}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#diagnostics.push(diagnostic);
  }
}

function declaredValues(cell: RoleCell): Set<string> {
  const kinds = new Set(["variable", "expression"]);
  return new Set(cell.facts.statements.filter(({ kind }) => kinds.has(kind)).flatMap(({ declares }) => declares));
}

/** Declared by this cell and not read from outside before that. */
function isLocal(cell: RoleCell, name: string, declared: ReadonlySet<string>): boolean {
  return declared.has(name) && !cell.facts.reads.some((use) => use.name === name);
}
