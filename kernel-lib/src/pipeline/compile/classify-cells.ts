import type { CellFacts } from "../../notebook/cell-facts.js";
import { nearest } from "../../notebook/nearest.js";
import type { Notebook, NotebookCell } from "../../notebook/notebook.js";
import { type CellRole, readRole, withRole } from "../../notebook/tags.js";
import { diagnose } from "./diagnostics.js";
import type { Diagnostic, FactsByCell, Fix } from "./plan.js";

/** A code cell with its role and its facts. */
export interface RoleCell {
  readonly id: string;
  /** Position among the notebook's code cells. */
  readonly order: number;
  /** The number a person sees: position among all cells, from 1. */
  readonly number: number;
  readonly cell: NotebookCell;
  readonly role: CellRole;
  readonly facts: CellFacts;
}

export interface Classified {
  readonly cells: readonly RoleCell[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives every code cell its role, and reports tags that cannot mean what was meant. */
export function classifyCells(notebook: Notebook, facts: FactsByCell): Classified {
  const diagnostics: Diagnostic[] = [];
  const cells: RoleCell[] = [];
  for (const cell of notebook.cells) {
    const known = cell.kind === "code" ? facts.get(cell.id) : undefined;
    if (known === undefined) continue;
    const role = readRole(cell.tags);
    diagnostics.push(...tagDiagnostics(cell, role), ...optionDiagnostics(cell, role));
    cells.push({ id: cell.id, order: cells.length, number: cell.index + 1, cell, role, facts: known });
  }
  diagnostics.push(...contradictingOptions(cells));
  const steps = new Set(cells.flatMap(({ role }) => role.step ?? []));
  for (const { id, role, cell } of cells) diagnostics.push(...afterDiagnostics(id, role, cell, steps));
  if (steps.size === 0) {
    const message = "No cell is tagged as a step. Tag the cells of a step with step:<name>, for example step:load.";
    diagnostics.push(diagnose("TL002", { cellId: null, line: null }, message));
  }
  for (const { id, role, facts: known } of cells) {
    if (role.kind === "none" || role.kind === "skip") continue;
    // One for each line: the parser's later complaints there follow from the first.
    for (const error of known.errors.filter((one, at, all) => all.findIndex(({ line }) => line === one.line) === at)) {
      diagnostics.push(diagnose("TL001", { cellId: id, line: error.line }, `Syntax error: ${error.message}`));
    }
  }
  return { cells, diagnostics };
}

function tagDiagnostics(cell: NotebookCell, role: CellRole): Diagnostic[] {
  const codes = { misspelled: "TL003", "invalid-name": "TL004", "two-roles": "TL005" } as const;
  return role.problems.map((problem) => {
    const suggestion = problem.suggestion;
    const fix: Fix | undefined =
      problem.kind === "two-roles"
        ? replaceTags(cell, withRole(cell.tags, role), `Remove "${problem.tag}"`)
        : suggestion === null
          ? undefined
          : { title: `Change to "${suggestion}"`, cellId: cell.id, addTags: [suggestion], removeTags: [problem.tag] };
    return diagnose(codes[problem.kind], { cellId: cell.id, line: 1 }, problem.message, fix);
  });
}

function optionDiagnostics(cell: NotebookCell, role: CellRole): Diagnostic[] {
  const place = { cellId: cell.id, line: 1 };
  const tags = { cellId: cell.id, addTags: [], removeTags: [] };
  const stated = Object.keys(cell.options);
  if (role.kind !== "step") {
    const [first, ...more] = stated;
    if (first === undefined) return [];
    const names = stated.map((name) => `"${name}"`).join(", ");
    const message = `The option${more.length > 0 ? "s" : ""} ${names} belong${more.length > 0 ? "" : "s"} to a step, and this cell is in none. Move ${more.length > 0 ? "them" : "it"} to a cell of the step that is meant.`;
    const fix = { title: `Remove "${first}"`, ...tags, option: { from: first, to: null } };
    return [diagnose("TL008", place, message, fix)];
  }
  return (cell.optionProblems ?? []).map(({ option, kind, message, suggestion }) => {
    // An option inside another is mended by hand.
    const fix: Fix | undefined = option.includes(".")
      ? undefined
      : suggestion === null
        ? { title: `Remove "${option}"`, ...tags, option: { from: option, to: null } }
        : { title: `Change to "${suggestion}"`, ...tags, option: { from: option, to: suggestion } };
    return diagnose(kind === "unknown" ? "TL008" : "TL009", place, message, fix);
  });
}

/** A step has one value of each option: of two cells that differ, the later one's counts. */
function contradictingOptions(cells: readonly RoleCell[]): Diagnostic[] {
  const stated = new Map<string, { readonly value: string; readonly number: number }>();
  return cells.flatMap(({ id, number, role, cell }) => {
    if (role.step === null) return [];
    return Object.entries(cell.options).flatMap(([option, given]) => {
      const key = `${role.step ?? ""}\n${option}`;
      const value = JSON.stringify(given);
      const before = stated.get(key);
      stated.set(key, { value, number });
      if (before === undefined || before.value === value) return [];
      const message = `Step "${role.step ?? ""}" has the option "${option}" twice: ${before.value} in cell ${before.number}, and ${value} here, which counts. Keep one of them.`;
      const fix = {
        title: `Remove "${option}" here`,
        cellId: id,
        addTags: [],
        removeTags: [],
        option: { from: option, to: null },
      };
      return [diagnose("TL008", { cellId: id, line: 1 }, message, fix)];
    });
  });
}

function afterDiagnostics(id: string, role: CellRole, cell: NotebookCell, steps: ReadonlySet<string>): Diagnostic[] {
  return role.after
    .filter((name) => !steps.has(name))
    .map((name) => {
      const meant = nearest(name, steps);
      const written = cell.tags.find((tag) => tag.endsWith(`:${name}`)) ?? `after:${name}`;
      const hint = meant === null ? "" : ` Did you mean "${meant}"?`;
      const fix: Fix =
        meant === null
          ? { title: `Remove "${written}"`, cellId: id, addTags: [], removeTags: [written] }
          : { title: `Change to "after:${meant}"`, cellId: id, addTags: [`after:${meant}`], removeTags: [written] };
      return diagnose("TL006", { cellId: id, line: 1 }, `"${written}": no step is called "${name}".${hint}`, fix);
    });
}

/** The fix that turns the cell's tags into `wanted`. */
export function replaceTags(cell: NotebookCell, wanted: readonly string[], title: string): Fix {
  const addTags = wanted.filter((tag) => !cell.tags.includes(tag));
  const removeTags = cell.tags.filter((tag) => !wanted.includes(tag));
  return { title, cellId: cell.id, addTags, removeTags };
}
