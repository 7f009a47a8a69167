import type { RoleCell } from "./classify-cells.js";
import type { Analysis } from "./compile-pipeline.js";
import { byPlace, type Definition } from "./definitions.js";
import { codeEffects } from "./effects.js";
import { isModuleCell, setupEffects } from "./module-cells.js";
import type { Plan } from "./plan.js";

/** In which module each piece of shared code stands. */
export interface CodePlaces {
  /** Definitions in `shared.ts`, in notebook order: they depend on no step's value. */
  readonly shared: ReadonlySet<Definition>;
  /** Definitions in `parameters.ts`. */
  readonly parameters: ReadonlySet<Definition>;
  /** For each step the functions of other cells that it must carry itself, as they close over steps' values. */
  readonly carried: ReadonlyMap<string, readonly Definition[]>;
}

/**
 * Decides where code goes. A function, class or type that only one step uses stays in that step's cell; one that
 * several use moves to `shared.ts`, if what it closes over can move with it.
 */
export function placeCode(plan: Plan, analysis: Analysis): CodePlaces {
  const shared = new Map<string, Definition>();
  const parameters = new Set<Definition>();
  const carried = new Map<string, Definition[]>();
  const share = (definition: Definition): boolean => {
    const known = shared.get(definition.name);
    if (known !== undefined) return known === definition;
    shared.set(definition.name, definition);
    for (const other of dependencies(definition, analysis)) {
      if (other.kind !== "import" && other.cell.role.kind !== "parameters") share(other);
    }
    return true;
  };
  for (const step of plan.steps) {
    const found = [...(analysis.reached.get(step.name) ?? [])].sort(byPlace);
    for (const definition of found) {
      if (definition.kind === "import") continue;
      const { cell } = definition;
      if (cell.role.kind === "parameters" && definition.kind === "value") parameters.add(definition);
      else if (cell.role.kind === "setup" && definition.kind === "value") share(definition);
      else if (cell.role.step === step.name && !needsModule(definition, step.gives.length > 0)) continue;
      else if (canMove(definition, analysis) && share(definition)) continue;
      else if (cell.role.step !== step.name) carried.set(step.name, [...(carried.get(step.name) ?? []), definition]);
    }
  }
  for (const { cell, statement } of setupEffects(analysis.cells)) {
    for (const name of statement.reads) {
      const definition = analysis.definitions.meant(name, cell);
      if (definition && definition.kind !== "import" && definition.cell.role.kind !== "parameters") share(definition);
    }
  }
  return { shared: new Set([...shared.values()].sort(byPlace)), parameters, carried };
}

/** A namespace cannot stand in a function's body; a class whose instances travel must be known to other steps. */
function needsModule({ statement }: Definition, gives: boolean): boolean {
  return statement.kind === "namespace" || (statement.kind === "class" && gives);
}

/** True if nothing that the code touches is made by a step. */
function canMove(definition: Definition, analysis: Analysis): boolean {
  const effects = codeEffects(definition, analysis.definitions);
  return [effects.reads, effects.assigns, effects.mutates].every((uses) =>
    [...uses.keys()].every((name) => {
      const meant = analysis.definitions.meant(name, definition.cell);
      return meant !== null && isModuleCell(meant.cell);
    }),
  );
}

function dependencies(definition: Definition, analysis: Analysis): Definition[] {
  const { statement, declaration, cell } = definition;
  const names = [...statement.reads, ...statement.types, ...(declaration?.free ?? []), ...(declaration?.types ?? [])];
  return names.flatMap((name) => {
    const other = analysis.definitions.meant(name, cell);
    return other === null || other === definition ? [] : [other];
  });
}

/** Names that this statement mentions, in values and types, function bodies included. */
export function mentionsOf(cell: RoleCell, index: number): string[] {
  const statement = cell.facts.statements[index];
  const declared = cell.facts.declarations.filter((declaration) => declaration.statement === index);
  return [
    ...(statement?.reads ?? []),
    ...(statement?.types ?? []),
    ...declared.flatMap(({ free, types, assigns, mutates }) => [...free, ...types, ...assigns, ...mutates]),
  ];
}
