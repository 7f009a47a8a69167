import type { ModelFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";
import type { Definition, Definitions } from "./definitions.js";
import { importLines } from "./emit-imports.js";
import { byPlace } from "./place-code.js";
import { spliceStatement, unexportEdit } from "./splice.js";

/** The code of a model version: one module that needs nothing of the notebook but the captured values. */
export interface ModelModule {
  /** TypeScript. `export default function create({ …captured }) { …; return { predict }; }`, and `classes`. */
  readonly text: string;
  /** Names of values that must travel with it, sorted. */
  readonly captures: readonly string[];
  /** Bare specifiers that it imports, sorted. */
  readonly packages: readonly string[];
}

/**
 * Gathers what `predict` reaches: functions, types, classes and constants of setup cells as text, values of steps
 * and parameters as captures.
 */
export function emitModel(model: ModelFacts, cell: RoleCell, definitions: Definitions): ModelModule {
  const reached = new Set<Definition>();
  const captures = new Set<string>();
  const imports = new Set<Definition>();
  const visit = (name: string, from: RoleCell): void => {
    const definition = definitions.meant(name, from);
    if (definition === null || reached.has(definition)) return;
    if (definition.kind === "import") imports.add(definition);
    else if (definition.kind === "value" && !isConstant(definition)) captures.add(name);
    else {
      reached.add(definition);
      const { statement, declaration } = definition;
      const names = [
        ...statement.reads,
        ...statement.types,
        ...(declaration?.free ?? []),
        ...(declaration?.types ?? []),
      ];
      for (const other of [...names, ...(declaration?.assigns ?? [])]) visit(other, definition.cell);
    }
  };
  const { predict } = model;
  for (const name of predict.kind === "name" ? [predict.name] : [...predict.free, ...predict.types]) visit(name, cell);
  // A function that a call returned is a value: nothing of its code can be read.
  const outside = [...reached].filter((definition) => isTopLevel(definition)).sort(byPlace);
  const inside = [...reached].filter((definition) => !isTopLevel(definition)).sort(byPlace);
  const classes = outside.filter(({ statement }) => statement.kind === "class").map(({ name }) => name);
  const names = [...captures].sort();
  const facts = [...imports].flatMap(({ imported }) => imported ?? []);
  const text = [
    `// Model ${JSON.stringify(model.name)}: its code as the notebook has it; the values come from the version.`,
    ...importLines(facts),
    "",
    ...once(outside).flatMap((definition) => [...piece(definition, ""), ""]),
    `export default function create(${names.length > 0 ? `{ ${names.join(", ")} }: any` : ""}) {`,
    ...once(inside).flatMap((definition) => [...piece(definition, "  "), ""]),
    `  return { predict${predict.kind === "name" ? renamed(predict.name) : `: ${cell.cell.source.slice(predict.range.start, predict.range.end)}`} };`,
    "}",
    "",
    `export const classes = {${classes.length > 0 ? ` ${[...new Set(classes)].join(", ")} ` : ""}};`,
    "",
  ].join("\n");
  const packages = [...new Set(facts.filter((fact) => !fact.typeOnly).map((fact) => fact.specifier))].sort();
  return { text, captures: names, packages };
}

/** A constant of a setup cell: its text says all. */
function isConstant({ cell, statement }: Definition): boolean {
  return cell.role.kind === "setup" && statement.kind === "variable";
}

/** Types, classes and namespaces stand outside, where they may: captured values are rebuilt with the classes. */
function isTopLevel({ kind, statement }: Definition): boolean {
  return kind === "type" || statement.kind === "class" || statement.kind === "namespace";
}

/** One entry for each statement, as one may define several names. */
function once(definitions: readonly Definition[]): Definition[] {
  const seen = new Set<unknown>();
  return definitions.filter(({ statement }) => !seen.has(statement) && seen.add(statement));
}

function piece({ cell, statement }: Definition, indent: string): string[] {
  return spliceStatement(cell, statement, unexportEdit(cell, statement), indent);
}

function renamed(name: string): string {
  return name === "predict" ? "" : `: ${name}`;
}
