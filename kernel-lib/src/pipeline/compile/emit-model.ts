import type { ModelFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";
import { byPlace, type Definition } from "./definitions.js";
import { importLines } from "./emit-imports.js";
import { gatherModel, type NameLookup } from "./gather-model.js";
import { spliceStatement, unexportEdit } from "./splice.js";

/** The code of a model version: one module that needs nothing of the notebook but the captured values. */
export interface ModelModule {
  /**
   * TypeScript. `export default function create({ …captured }) { …; return { predict }; }`, and `classes`, by which
   * the captured values are rebuilt. Where the notebook's `predict` takes an array of rows, the module's takes one row,
   * and `predictRows` is the notebook's.
   */
  readonly text: string;
  /** Names of values that must travel with it, sorted. */
  readonly captures: readonly string[];
  /** Names of classes of the notebook whose instances may be among the captured values, sorted. */
  readonly classes: readonly string[];
  /** Bare specifiers that it imports, sorted. */
  readonly packages: readonly string[];
  /** Specifiers of the notebook's own files that it imports, sorted: they cannot travel. */
  readonly files: readonly string[];
  /** Hashes of the statements that it is made of. */
  readonly hashes: readonly string[];
}

/**
 * Gathers what `predict` reaches: functions, types, classes and constants of setup cells as text, values of steps
 * and parameters as captures.
 */
export function emitModel(model: ModelFacts, cell: RoleCell, definitions: NameLookup): ModelModule {
  const { code, imports, captures } = gatherModel(model, cell, definitions);
  // A function that a call returned is a value: nothing of its code can be read.
  const outside = code.filter((definition) => isTopLevel(definition)).sort(byPlace);
  const inside = code.filter((definition) => !isTopLevel(definition)).sort(byPlace);
  const classes = [...new Set(outside.filter(isClass).map(({ name }) => name))].sort();
  const facts = imports.flatMap(({ imported }) => imported ?? []);
  const text = [
    `// Model ${JSON.stringify(model.name)}: its code as the notebook has it; the values come from the version.`,
    ...importLines(facts),
    "",
    ...once(outside).flatMap((definition) => [...piece(definition, ""), ""]),
    `export default function create(${captures.length > 0 ? `{ ${captures.join(", ")} }: any` : ""}) {`,
    ...once(inside).flatMap((definition) => [...piece(definition, "  "), ""]),
    ...returned(model, cell),
    "}",
    "",
    `export const classes = {${classes.length > 0 ? ` ${classes.join(", ")} ` : ""}};`,
    "",
  ].join("\n");
  const specifiers = [...new Set(facts.filter((fact) => !fact.typeOnly).map((fact) => fact.specifier))].sort();
  const isFile = (specifier: string): boolean => /^(?:\.{0,2}\/|file:)/.test(specifier);
  return {
    text,
    captures,
    classes,
    packages: specifiers.filter((specifier) => !isFile(specifier)),
    files: specifiers.filter(isFile),
    hashes: [...new Set(code.map(({ statement }) => statement.hash))].sort(),
  };
}

/** Types, classes and namespaces stand outside, where they may: captured values are rebuilt with the classes. */
function isTopLevel({ kind, statement }: Definition): boolean {
  return kind === "type" || statement.kind === "class" || statement.kind === "namespace";
}

function isClass({ statement }: Definition): boolean {
  return statement.kind === "class";
}

/** One entry for each statement, as one may define several names. */
function once(definitions: readonly Definition[]): Definition[] {
  const seen = new Set<unknown>();
  return definitions.filter(({ statement }) => !seen.has(statement) && seen.add(statement));
}

function piece({ cell, statement }: Definition, indent: string): string[] {
  return spliceStatement(cell, statement, unexportEdit(cell, statement), indent);
}

function returned({ predict, takesRows }: ModelFacts, { cell }: RoleCell): string[] {
  const own = predict.kind === "name" ? predict.name : written(predict, cell.source);
  if (takesRows !== true) return [`  return { predict${own === "predict" ? "" : `: ${own}`} };`];
  return [
    `  const predictRows: any = ${own};`,
    "  return { predict: async (row: any) => (await predictRows([row]))[0], predictRows };",
  ];
}

function written(predict: Extract<ModelFacts["predict"], { kind: "inline" }>, source: string): string {
  const text = source.slice(predict.range.start, predict.range.end);
  return predict.method === true ? `({ ${text} }).predict` : text;
}
