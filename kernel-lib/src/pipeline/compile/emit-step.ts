import type { ImportFacts } from "../../notebook/cell-facts.js";
import { cellSeed } from "../../notebook/cell-seed.js";
import type { RoleCell } from "./classify-cells.js";
import type { Analysis } from "./compile-pipeline.js";
import { byPlace, type Definition } from "./definitions.js";
import { importLines } from "./emit-imports.js";
import { hasSideEffects, sideEffectImports } from "./emit-module.js";
import { siteEdit } from "./model-sites.js";
import { type CodePlaces, mentionsOf } from "./place-code.js";
import type { Plan, PlanStep } from "./plan.js";
import { showEdit, spliceCell, spliceStatement, unexportEdit } from "./splice.js";
import { freeName, functionName, outputsType } from "./step-names.js";

const LINE_WIDTH = 110;

/**
 * The module of one step: a function from the values that it needs to the values that it hands on, whose body is
 * the person's own text.
 */
export function emitStep(step: PlanStep, plan: Plan, analysis: Analysis, places: CodePlaces): string {
  const cells = analysis.cells.filter((cell) => cell.role.step === step.name);
  const carried = places.carried.get(step.name) ?? [];
  const names = namesUsed(cells, carried, analysis, places);
  const taken = new Set([...names.all, ...step.needs.map((need) => need.name)]);
  const runtime = { cell: freeName("cell", "beginCell", taken), show: freeName("show", "showValue", taken) };
  const body = emitBody(step, cells, carried, places, runtime, analysis);
  const classes = classesFor(step, plan, analysis, places);
  // A step may well be called `show`.
  const used = [...taken, ...names.shared, ...names.sharedTypes, ...classes, runtime.cell, runtime.show];
  const fn = functionName(step.name, new Set(used));
  const outputs = outputsType(step.name);
  const usesShow = body.some((line) => line.includes(`${runtime.show}(`));
  return [
    `// Step "${step.name}" of ${plan.notebook.split("/").at(-1)}.`,
    ...sideEffectImports(cells),
    ...importLines(names.imports),
    `import { ${runtimeImports(runtime, usesShow)} } from "tagline/pipeline";`,
    ...moduleImports(names, classes, analysis),
    ...outputImports(step),
    "",
    `export async function ${fn}(${inputs(step)}) {`,
    ...body,
    "}",
    "",
    `export type ${outputs} = Awaited<ReturnType<typeof ${fn}>>;`,
    "",
    ...(classes.length > 0 ? [`export const classes = { ${classes.join(", ")} };`, ""] : []),
    `export default ${fn};`,
    "",
  ].join("\n");
}

interface UsedNames {
  readonly imports: readonly ImportFacts[];
  readonly shared: ReadonlySet<string>;
  readonly sharedTypes: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  /** Every name that the step's code mentions or declares. */
  readonly all: ReadonlySet<string>;
}

function namesUsed(
  cells: readonly RoleCell[],
  carried: readonly Definition[],
  analysis: Analysis,
  places: CodePlaces,
): UsedNames {
  const imports: ImportFacts[] = [];
  const shared = new Set<string>();
  const sharedTypes = new Set<string>();
  const parameters = new Set<string>();
  const all = new Set<string>();
  const own = cells.flatMap((cell) => cell.facts.statements.map((_, index) => ({ cell, index })));
  for (const { cell, index } of [...own, ...carried]) {
    const moved = isMoved(cell, index, places);
    for (const name of cell.facts.statements[index]?.declares ?? []) all.add(name);
    if (moved) continue;
    for (const name of mentionsOf(cell, index)) {
      all.add(name);
      const definition = analysis.definitions.meant(name, cell);
      if (definition === null) continue;
      if (definition.imported) imports.push(definition.imported);
      else if (places.parameters.has(definition)) parameters.add(name);
      else if (places.shared.has(definition)) (definition.kind === "type" ? sharedTypes : shared).add(name);
    }
  }
  for (const { cell, module } of analysis.models.filter((site) => cells.includes(site.cell))) {
    for (const name of [...module.captures, ...module.classes]) {
      all.add(name);
      const definition = analysis.definitions.meant(name, cell);
      if (definition !== null && places.parameters.has(definition)) parameters.add(name);
      else if (definition !== null && places.shared.has(definition)) shared.add(name);
    }
  }
  return { imports, shared, sharedTypes, parameters, all };
}

/** True for an import, and for a declaration that stands in `shared.ts`. */
function isMoved(cell: RoleCell, index: number, places: CodePlaces): boolean {
  const statement = cell.facts.statements[index];
  if (statement === undefined || statement.kind === "import") return true;
  for (const definition of places.shared) if (definition.cell.id === cell.id && definition.index === index) return true;
  return false;
}

function emitBody(
  step: PlanStep,
  cells: readonly RoleCell[],
  carried: readonly Definition[],
  places: CodePlaces,
  runtime: { readonly cell: string; readonly show: string },
  analysis: Analysis,
): string[] {
  const lines: string[] = [];
  let indent = "  ";
  let scope = new Set(step.needs.map((need) => need.name));
  for (const { cell, statement } of [...carried].sort(byPlace)) {
    lines.push(...spliceStatement(cell, statement, unexportEdit(cell, statement), indent), "");
    for (const name of statement.declares) scope.add(name);
  }
  for (const cell of cells) {
    const kept = cell.facts.statements.filter((_, index) => !isMoved(cell, index, places));
    const declared = kept.flatMap((statement) => statement.declares);
    const without = new Set(
      cell.facts.statements.map((_, index) => index).filter((index) => isMoved(cell, index, places)),
    );
    const again = declared.filter((name) => scope.has(name));
    const nested = again.length > 0 ? `${indent}  ` : indent;
    const sites = analysis.models.filter((site) => site.cell === cell);
    const edits = [
      ...kept.flatMap((statement) => unexportEdit(cell, statement)),
      ...showEdit(cell, runtime.show),
      ...sites.map(siteEdit),
    ];
    const text = spliceCell(cell, { without, edits, indent: nested });
    if (text.length === 0) continue;
    if (again.length > 0) {
      lines.push(`${indent}// This cell declares ${[...new Set(again)].join(", ")} anew.`, `${indent}{`);
      indent = nested;
      scope = new Set();
    }
    for (const name of declared) scope.add(name);
    lines.push(
      `${indent}${runtime.cell}(${JSON.stringify(cell.id)}, ${cellSeed(cell.facts.canonicalHash, ordinalOf(cell, analysis))});`,
    );
    lines.push(...text, "");
  }
  lines.push(`${indent}return {${step.gives.length > 0 ? ` ${step.gives.join(", ")} ` : ""}};`);
  while (indent.length > 2) {
    indent = indent.slice(2);
    lines.push(`${indent}}`);
  }
  return lines;
}

/** How many earlier cells have the same code. */
function ordinalOf(cell: RoleCell, analysis: Analysis): number {
  const twins = analysis.cells.filter((other) => other.facts.canonicalHash === cell.facts.canonicalHash);
  return twins.filter((other) => other.order < cell.order).length;
}

/** Classes whose instances may reach this step: those that it or a step before it uses. */
function classesFor(step: PlanStep, plan: Plan, analysis: Analysis, places: CodePlaces): string[] {
  const before = new Set([step.name]);
  for (const name of before) {
    for (const edge of plan.edges) if (edge.to === name) before.add(edge.from);
  }
  const classes = new Set<string>();
  for (const name of before) {
    for (const definition of analysis.reached.get(name) ?? []) {
      if (definition.statement.kind === "class" && places.shared.has(definition)) classes.add(definition.name);
    }
  }
  return step.needs.length > 0 || step.gives.length > 0 ? [...classes].sort() : [];
}

function runtimeImports(runtime: { readonly cell: string; readonly show: string }, usesShow: boolean): string {
  const alias = (name: string, local: string): string => (name === local ? name : `${name} as ${local}`);
  return [alias("cell", runtime.cell), ...(usesShow ? [alias("show", runtime.show)] : [])].join(", ");
}

function moduleImports(names: UsedNames, classes: readonly string[], analysis: Analysis): string[] {
  const lines: string[] = [];
  if (names.parameters.size > 0)
    lines.push(`import { ${[...names.parameters].sort().join(", ")} } from "../parameters.js";`);
  const types = [...names.sharedTypes].filter((name) => !names.shared.has(name)).sort();
  const shared = [...new Set([...names.shared, ...classes])].sort();
  if (shared.length > 0) {
    lines.push(`import { ${[...shared, ...types.map((name) => `type ${name}`)].join(", ")} } from "../shared.js";`);
  } else if (types.length > 0) {
    lines.push(`import type { ${types.join(", ")} } from "../shared.js";`);
    if (hasSideEffects(analysis)) lines.push('import "../shared.js";');
  } else if (hasSideEffects(analysis)) lines.push('import "../shared.js";');
  return lines;
}

function outputImports(step: PlanStep): string[] {
  const from = [...new Set(step.needs.map((need) => need.from))].sort();
  return from.map((name) => `import type { ${outputsType(name)} } from "./${name}.js";`);
}

/** `{ test, model }: Pick<SplitOutputs, "test"> & Pick<TrainOutputs, "model">` */
function inputs(step: PlanStep): string {
  if (step.needs.length === 0) return "";
  const from = [...new Set(step.needs.map((need) => need.from))].sort();
  const types = from.map((name) => {
    const keys = step.needs.filter((need) => need.from === name).map((need) => JSON.stringify(need.name));
    return `Pick<${outputsType(name)}, ${keys.join(" | ")}>`;
  });
  const pattern = `{ ${step.needs.map((need) => need.name).join(", ")} }`;
  const line = `${pattern}: ${types.join(" & ")}`;
  return line.length <= LINE_WIDTH - 30 ? line : `\n  ${pattern}:\n    ${types.join("\n    & ")},\n`;
}
