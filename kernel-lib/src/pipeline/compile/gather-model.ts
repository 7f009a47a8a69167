import type { ModelFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";
import type { Definition } from "./definitions.js";

/** Says what a name stands for in a cell's code: by its place in the notebook, or in a session by what ran last. */
export interface NameLookup {
  meant(name: string, cell: RoleCell): Definition | null;
}

/** What a model's `predict` reaches. */
export interface GatheredModel {
  /** Travels as text. */
  readonly code: readonly Definition[];
  readonly imports: readonly Definition[];
  /** Names of the values that travel as values, sorted. */
  readonly captures: readonly string[];
}

/** Follows the names that `predict` uses, through functions and classes, down to values and imports. */
export function gatherModel(model: ModelFacts, cell: RoleCell, definitions: NameLookup): GatheredModel {
  const code = new Set<Definition>();
  const imports = new Set<Definition>();
  const captured = new Map<string, Definition>();
  const visit = (name: string, from: RoleCell): void => {
    const definition = definitions.meant(name, from);
    if (definition === null || code.has(definition)) return;
    if (definition.kind === "import") imports.add(definition);
    else if (definition.kind === "value" && !isConstant(definition)) captured.set(name, definition);
    else {
      code.add(definition);
      for (const other of mentioned(definition)) visit(other, definition.cell);
    }
  };
  const { predict } = model;
  for (const name of predict.kind === "name" ? [predict.name] : [...predict.free, ...predict.types]) visit(name, cell);
  // Classes may bring new values, and these new classes.
  for (const definition of captured.values()) {
    for (const found of classesBehind(definition, definitions)) visit(found.name, found.cell);
  }
  return { code: [...code], imports: [...imports], captures: [...captured.keys()].sort() };
}

/** A constant of a setup cell: its text says all. */
function isConstant({ cell, statement }: Definition): boolean {
  return cell.role.kind === "setup" && statement.kind === "variable";
}

function mentioned({ statement, declaration }: Definition): string[] {
  return [
    ...statement.reads,
    ...statement.types,
    ...(declaration?.free ?? []),
    ...(declaration?.types ?? []),
    ...(declaration?.assigns ?? []),
  ];
}

/** Classes whose instances a value may hold: those that the code which made it reaches. */
function classesBehind(value: Definition, definitions: NameLookup): Definition[] {
  const seen = new Set<Definition>();
  const open = [value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const { name, kind, cell } = at;
    // What the same cell does with the value may put instances into it.
    const around = kind === "value" ? cell.facts.statements.filter(({ reads }) => reads.includes(name)) : [];
    const names = [...mentioned(at), ...around.flatMap(({ reads }) => reads)];
    open.push(...names.flatMap((other) => definitions.meant(other, cell) ?? []));
  }
  return [...seen].filter(({ statement }) => statement.kind === "class");
}
