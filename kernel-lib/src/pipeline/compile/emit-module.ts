import type { ImportFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";
import type { Analysis } from "./compile-pipeline.js";
import { paramOf } from "./definitions.js";
import { importLines } from "./emit-imports.js";
import { setupEffects } from "./module-cells.js";
import { type CodePlaces, mentionsOf } from "./place-code.js";
import type { Plan } from "./plan.js";
import { type Edit, exportEdit, spliceStatement } from "./splice.js";

/** A statement of a cell that stands in a module. */
interface Placed {
  readonly cell: RoleCell;
  readonly index: number;
}

const PARAM_IMPORT: ImportFacts = { local: "param", imported: "param", specifier: "tagline", typeOnly: false };

/** The text of `parameters.ts` or `shared.ts`, or null if it would hold nothing. */
export function emitModule(
  name: "parameters" | "shared",
  plan: Plan,
  analysis: Analysis,
  places: CodePlaces,
): string | null {
  const placed = placedStatements(name, analysis, places);
  const bareImports =
    name === "shared" ? sideEffectImports(analysis.cells.filter(({ role }) => role.kind === "setup")) : [];
  if (placed.length === 0 && bareImports.length === 0) return null;
  const imports: ImportFacts[] = [];
  const names = new Set<string>();
  const other = name === "shared" ? places.parameters : places.shared;
  for (const { cell, index } of placed) {
    for (const mention of mentionsOf(cell, index)) {
      const definition = analysis.definitions.meant(mention, cell);
      if (definition?.imported) imports.push(definition.imported);
      else if (definition && other.has(definition)) names.add(mention);
    }
  }
  const body = placed.flatMap(({ cell, index }) => {
    const statement = cell.facts.statements[index];
    if (statement === undefined) return [];
    const edits = statement.kind === "expression" && statement.declares.length === 0 ? [] : exportEdit(statement);
    const plain = name === "parameters" ? plainParamEdits(cell, statement.declares) : [];
    if (plain.length > 0) imports.push(PARAM_IMPORT);
    return [...spliceStatement(cell, statement, [...edits, ...plain], ""), ""];
  });
  const file = name === "shared" ? "./parameters.js" : "./shared.js";
  const crossing = names.size > 0 ? [`import { ${[...names].sort().join(", ")} } from "${file}";`] : [];
  const head = [...bareImports, ...importLines(imports), ...crossing];
  const notebook = plan.notebook.split("/").at(-1);
  const title = name === "shared" ? `Code that several steps of ${notebook} use.` : `Parameters of ${notebook}.`;
  return [`// ${title}`, ...head, ...(head.length > 0 ? [""] : []), ...body].join("\n");
}

function placedStatements(name: "parameters" | "shared", analysis: Analysis, places: CodePlaces): Placed[] {
  const found = new Map<string, Placed>();
  const add = (cell: RoleCell, index: number): unknown => found.set(`${cell.id} ${index}`, { cell, index });
  for (const { cell, index } of places[name]) add(cell, index);
  if (name === "shared") {
    for (const { cell, index } of setupEffects(analysis.cells)) add(cell, index);
  }
  return [...found.values()].sort((a, b) => a.cell.order - b.cell.order || a.index - b.index);
}

/** `const units = 16` becomes `const units = param("units", 16)`: papermill's way of writing a parameter. */
function plainParamEdits(cell: RoleCell, declares: readonly string[]): Edit[] {
  return declares.flatMap((variable) => {
    const fact = paramOf(cell, variable);
    if (fact === null || fact.explicit) return [];
    const { start, end } = fact.initializer;
    return [
      { start, end: start, text: `param(${JSON.stringify(fact.name)}, ` },
      { start: end, end, text: ")" },
    ];
  });
}

/** `import "reflect-metadata"` lines of these cells. */
export function sideEffectImports(cells: readonly RoleCell[]): string[] {
  const lines = cells.flatMap(({ facts, cell }) =>
    facts.statements
      .filter((statement) => statement.kind === "import" && statement.declares.length === 0)
      .map((statement) => cell.source.slice(statement.codeStart, statement.range.end).trim())
      .filter((text) => /^import\s*["']/.test(text)),
  );
  return [...new Set(lines)];
}

/** True if some setup cell has code that runs for its effect, so that every step must load `shared.ts`. */
export function hasSideEffects(analysis: Analysis): boolean {
  const setup = analysis.cells.filter((cell) => cell.role.kind === "setup");
  return sideEffectImports(setup).length > 0 || setupEffects(setup).length > 0;
}
