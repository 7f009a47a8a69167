import type { CellOptions, Notebook } from "../../notebook/notebook.js";
import { classifyCells, type RoleCell } from "./classify-cells.js";
import { codeStateDiagnostics } from "./code-state.js";
import { collectParams, paramsWithin } from "./collect-params.js";
import { collectSecrets } from "./collect-secrets.js";
import { type Definition, Definitions } from "./definitions.js";
import { diagnose } from "./diagnostics.js";
import { type Flow, findFlows } from "./flow.js";
import { instanceProblem } from "./instance-diagnostic.js";
import { kaleDiagnostics, offerKaleFix } from "./kale.js";
import { modelDiagnostics } from "./model-diagnostics.js";
import { type ModelSite, modelSites } from "./model-sites.js";
import { setupEffects } from "./module-cells.js";
import { orderSteps } from "./order-steps.js";
import type { Compiled, Diagnostic, FactsByCell, PlanEdge, PlanNeed, PlanStep } from "./plan.js";
import { processStateDiagnostics } from "./process-state.js";

/**
 * What the emitter needs beside the Plan: what the names of the plan's steps stand for.
 */
export interface Analysis {
  readonly cells: readonly RoleCell[];
  readonly definitions: Definitions;
  readonly flows: readonly Flow[];
  readonly reached: ReadonlyMap<string, ReadonlySet<Definition>>;
  readonly models: readonly ModelSite[];
}

const LANGUAGES = new Set(["typescript", "javascript"]);

/** Compiles a notebook's tagged cells to a Plan. Pure: the same notebook and facts give the same Plan. */
export function compilePipeline(notebook: Notebook, facts: FactsByCell): Compiled {
  return compileWithAnalysis(notebook, facts).compiled;
}

/**
 * 1. classify: each cell's role from its tags
 * 2. define: what each name stands for, and where
 * 3. flow: which step takes which value from which other
 * 4. params: typed parameters
 * 5. check: values that cannot travel
 * 6. order: steps behind those that they need, circles reported
 */
export function compileWithAnalysis(
  notebook: Notebook,
  facts: FactsByCell,
): { readonly compiled: Compiled; readonly analysis: Analysis } {
  const foreign = languageDiagnostic(notebook);
  // 1. classify
  const { cells, diagnostics: tagDiagnostics } = foreign
    ? { cells: [], diagnostics: [foreign] }
    : classifyCells(notebook, facts);
  // 2. define
  const definitions = new Definitions(cells);
  // 3. flow
  const { flows, reached, diagnostics: flowDiagnostics } = findFlows(cells, definitions);
  // 4. params
  const { params, diagnostics: paramDiagnostics } = collectParams(cells);
  // 5. check
  const travel = flows.flatMap((flow) => travelDiagnostic(flow, definitions, cells) ?? []);
  // 6. order
  const names = stepNames(cells);
  const edges = findEdges(cells, names, flows);
  const { order, circles } = orderSteps(names, edges);
  const analysis: Analysis = { cells, definitions, flows, reached, models: modelSites(cells, definitions) };
  const steps = order.map((name) => planStep(name, analysis));
  const kale = kaleDiagnostics(cells);
  const diagnostics = [
    ...tagDiagnostics,
    ...kale,
    ...flowDiagnostics
      .filter((diagnostic) => !explainedByCircle(diagnostic, cells, circles))
      .map((diagnostic) => offerKaleFix(diagnostic, kale)),
    ...paramDiagnostics,
    ...travel,
    ...processStateDiagnostics(cells),
    ...codeStateDiagnostics(cells, definitions, reached),
    ...modelDiagnostics(cells, analysis.models, definitions),
    ...circles.flatMap((circle) => circleDiagnostics(circle, cells, edges)),
  ];
  return {
    compiled: { plan: { notebook: notebook.path, steps, edges, params }, diagnostics: inOrder(diagnostics, cells) },
    analysis,
  };
}

function languageDiagnostic(notebook: Notebook): Diagnostic | null {
  if (notebook.language === null || LANGUAGES.has(notebook.language)) return null;
  const message = `This notebook is written in ${notebook.language}; Tagline runs TypeScript and JavaScript. Choose the kernel "TypeScript (Tagline)" for it, or use a tool made for ${notebook.language}.`;
  return diagnose("TL007", { cellId: null, line: null }, message);
}

/** In order of each step's first cell. */
function stepNames(cells: readonly RoleCell[]): string[] {
  return [...new Set(cells.flatMap(({ role }) => role.step ?? []))];
}

function cellsOf(name: string, cells: readonly RoleCell[]): RoleCell[] {
  return cells.filter((cell) => cell.role.step === name);
}

function findEdges(cells: readonly RoleCell[], names: readonly string[], flows: readonly Flow[]): PlanEdge[] {
  const edges = new Map<string, { from: string; to: string; names: Set<string> }>();
  const edge = (from: string, to: string): Set<string> => {
    const key = `${from}\n${to}`;
    const known = edges.get(key) ?? { from, to, names: new Set<string>() };
    edges.set(key, known);
    return known.names;
  };
  for (const flow of flows) edge(flow.from, flow.to).add(flow.name);
  for (const { role } of cells) {
    if (role.step === null) continue;
    for (const before of role.after) if (names.includes(before) && before !== role.step) edge(before, role.step);
  }
  const place = (name: string): number => names.indexOf(name);
  return [...edges.values()]
    .map(({ from, to, names: travelling }) => ({ from, to, names: [...travelling].sort() }))
    .sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
}

function planStep(name: string, { cells, definitions, flows, reached, models }: Analysis): PlanStep {
  const own = cellsOf(name, cells);
  const found = [...(reached.get(name) ?? [])];
  const needs = flows
    .filter((flow) => flow.to === name && flow.from !== name)
    .map((flow): PlanNeed => ({ name: flow.name, from: flow.from, type: typeOf(flow, definitions) }))
    .sort((a, b) => compare(a.name, b.name));
  const gives = new Set(flows.filter((flow) => flow.from === name).map((flow) => flow.name));
  const ownCells = new Set(own.map((cell) => cell.id));
  const foreign = found.filter(({ kind, cell }) => kind !== "import" && !ownCells.has(cell.id));
  const modelled = models.filter(({ cell }) => ownCells.has(cell.id)).flatMap(({ module }) => module.hashes);
  const bare = setupEffects(cells);
  const params = [
    ...own.flatMap((cell) => cell.facts.params.map((param) => param.name)),
    ...foreign.flatMap(({ cell, statement }) => paramsWithin(cell, statement.range)),
  ];
  return {
    name,
    cells: own.map((cell) => cell.id),
    needs,
    gives: [...gives].sort(compare),
    params: [...new Set(params)].sort(compare),
    ...collectSecrets(own, [...foreign, ...bare]),
    metrics: [...new Set(own.flatMap((cell) => cell.facts.metrics))],
    codeHash: [
      ...own.map((cell) => cell.facts.canonicalHash),
      ...[...new Set([...foreign.map(({ statement }) => statement.hash), ...modelled])].sort(compare),
      ...bare.map(({ statement }) => statement.hash),
    ].join("+"),
    ...sharedCode([...foreign, ...bare]),
    options: Object.assign({}, ...own.map((cell): CellOptions => cell.cell.options)),
  };
}

/** By cell, in notebook order. */
function sharedCode(
  statements: readonly { cell: RoleCell; statement: { readonly hash: string } }[],
): Pick<PlanStep, "shared"> {
  const cells = [...new Set(statements.map(({ cell }) => cell))].sort((a, b) => a.order - b.order);
  if (cells.length === 0) return {};
  return {
    shared: cells.map(({ id }) => {
      const hashes = statements.flatMap(({ cell, statement }) => (cell.id === id ? [statement.hash] : []));
      return { cellId: id, hash: [...new Set(hashes)].sort(compare).join("+") };
    }),
  };
}

function typeOf(flow: Flow, definitions: Definitions): string | null {
  return lastValue(flow, definitions)?.declaration?.type ?? null;
}

/** The declaration of the travelling value that its owner saw last. */
function lastValue(flow: Flow, definitions: Definitions): Definition | null {
  const values = definitions.all(flow.name).filter((definition) => definition.kind === "value");
  return (
    values.findLast((value) => value.cell.role.step === flow.from) ??
    values.findLast((value) => value.cell.order <= flow.cell.order) ??
    null
  );
}

function travelDiagnostic(flow: Flow, definitions: Definitions, cells: readonly RoleCell[]): Diagnostic | null {
  const value = lastValue(flow, definitions);
  const shape = value?.declaration?.shape;
  const place = { cellId: flow.cell.id, line: flow.line };
  if (shape === "callable") {
    const message = `"${flow.name}" is a function that a call returned in step "${flow.from}"; what it remembers cannot be read, so it cannot go to step "${flow.to}". Declare it as a function of its own that uses top-level values, or make it again in this step.`;
    return diagnose("TL030", place, message);
  }
  if (value !== null && isModule(value)) {
    const message = `"${flow.name}" is an imported module, so it cannot go from step "${flow.from}" to step "${flow.to}". Import it in this step, or in a setup cell.`;
    return diagnose("TL031", place, message);
  }
  if (shape === "unstorable") {
    const type = value?.declaration?.type ?? "value";
    const message = `"${flow.name}" (${type}) cannot be stored, so it cannot go from step "${flow.from}" to step "${flow.to}". Open it in this step, or hand on the data that it gives.`;
    return diagnose("TL031", place, message);
  }
  const problem = value === null ? null : instanceProblem(value, definitions, cells);
  if (problem !== null) {
    const { name, because, wayOut } = problem;
    const message = `"${flow.name}" holds an instance of ${name}, but ${because}, so it cannot go from step "${flow.from}" to step "${flow.to}". ${wayOut}, or keep these cells in one step.`;
    return diagnose("TL033", place, message);
  }
  return null;
}

/** `const path = await import("node:path")`. */
function isModule({ name, cell, statement }: Definition): boolean {
  const source = cell.cell.source.slice(statement.range.start, statement.range.end);
  return (
    /^[\w$]+$/.test(name) &&
    new RegExp(`\\b${name.replaceAll("$", "\\$")}\\s*=\\s*await\\s+import\\s*\\([^)]*\\)\\s*;?\\s*$`).test(source)
  );
}

function circleDiagnostics(
  circle: readonly string[],
  cells: readonly RoleCell[],
  edges: readonly PlanEdge[],
): Diagnostic[] {
  const inside = edges.filter((edge) => circle.includes(edge.from) && circle.includes(edge.to));
  const way = inside
    .map(({ from, to, names }) => `"${to}" needs ${names.length > 0 ? names.join(", ") : "the end"} of "${from}"`)
    .join("; ");
  const message = `These steps need each other in a circle: ${way}. Move the cell that closes the circle to a step of its own, or into one of them.`;
  return circle.flatMap((name) =>
    cellsOf(name, cells).map((cell) => diagnose("TL020", { cellId: cell.id, line: 1 }, message)),
  );
}

/** "Made further down" and "read in between" say nothing new of steps whose circle is reported. */
function explainedByCircle(
  diagnostic: Diagnostic,
  cells: readonly RoleCell[],
  circles: readonly (readonly string[])[],
): boolean {
  if (diagnostic.code !== "TL013" && diagnostic.code !== "TL021") return false;
  const step = cells.find((cell) => cell.id === diagnostic.cellId)?.role.step;
  return circles.some((circle) => step && circle.includes(step));
}

function inOrder(diagnostics: readonly Diagnostic[], cells: readonly RoleCell[]): Diagnostic[] {
  const place = new Map(cells.map((cell) => [cell.id, cell.order]));
  const orderOf = ({ cellId }: Diagnostic): number => (cellId === null ? -1 : (place.get(cellId) ?? cells.length));
  return [...diagnostics].sort(
    (a, b) => orderOf(a) - orderOf(b) || (a.line ?? 0) - (b.line ?? 0) || compare(a.code, b.code),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
