import type { Compiled } from "../plan.js";
import type { Assignment } from "./assignment.js";
import type { Choices } from "./choose-roles.js";
import { describeMissing } from "./choose-roles.js";
import { findParameters } from "./find-parameters.js";
import { findPlaces } from "./find-places.js";
import type { CellLook } from "./look-at-cells.js";
import type { Finding, SuggestInput } from "./suggestion.js";

export interface ProblemInput {
  readonly looks: readonly CellLook[];
  readonly choices: Choices;
  readonly assignment: Assignment;
  readonly compiled: Compiled;
  readonly input: SuggestInput;
}

/** What a person should know of the notebook, in its order. */
export function findProblems(problem: ProblemInput): Finding[] {
  const { looks, input } = problem;
  const found = [
    ...looks.flatMap((look) => brokenCell(look, problem)),
    ...outOfOrder(looks),
    ...findPlaces(looks, input),
    ...findParameters(looks, input),
    ...looks.flatMap((look) => idleCell(look, problem)),
    ...unusedImports(looks),
  ];
  const places = new Map(input.notebook.cells.map(({ id, index }) => [id, index]));
  const place = ({ cell }: Finding): number => (cell === null ? -1 : (places.get(cell) ?? 0));
  return found.sort((a, b) => place(a) - place(b) || (a.line ?? 0) - (b.line ?? 0));
}

function brokenCell({ cell }: CellLook, { choices }: ProblemInput): Finding[] {
  const [syntax] = cell.facts.errors;
  if (syntax !== undefined && cell.role.kind !== "skip") {
    const isMagic = /^\s*[%!]/.test(cell.cell.source.split("\n")[syntax.line - 1] ?? "");
    const message = `Cannot be read as TypeScript: ${isMagic ? "a line that begins with % or ! is for another kernel" : syntax.message}`;
    return [
      {
        code: "syntax",
        severity: "error",
        cell: cell.id,
        line: syntax.line,
        message,
        fix: isMagic ? "Remove the line." : "Mend it, or leave the cell out.",
      },
    ];
  }
  return (choices.missing.get(cell.id) ?? []).map((missing) => ({
    code: "hidden-state",
    severity: "error",
    cell: cell.id,
    line: missing.line,
    message: `Uses ${missing.name}, but ${describeMissing(missing)}: run from top to bottom, this cell fails.`,
    fix:
      missing.later === null
        ? `Define ${missing.name} in a cell above, or import it.`
        : `Move cell ${missing.later} above this one.`,
  }));
}

function outOfOrder(looks: readonly CellLook[]): Finding[] {
  const ran = looks.filter(({ cell }) => cell.cell.executionCount !== null);
  return ran.flatMap(({ cell }, at): Finding[] => {
    const above = ran[at - 1]?.cell;
    const count = cell.cell.executionCount ?? 0;
    const countAbove = above?.cell.executionCount ?? 0;
    if (above === undefined || count > countAbove) return [];
    const message = `Ran as [${count}], before cell ${above.number}, which stands above it and ran as [${countAbove}].`;
    return [
      {
        code: "out-of-order",
        severity: "warning",
        cell: cell.id,
        line: null,
        message,
        fix: "Run the notebook from top to bottom, and look whether it gives the same.",
      },
    ];
  });
}

function idleCell({ cell, survey, declared, calls }: CellLook, { assignment }: ProblemInput): Finding[] {
  const plan = assignment.get(cell.id);
  if (plan === undefined || (plan.kind !== "skip" && plan.kind !== "code") || cell.facts.errors.length > 0) return [];
  if (survey.charts.length > 0 && /chart/.test(plan.reason))
    return [
      {
        code: "plot-only",
        severity: "info",
        cell: cell.id,
        line: null,
        message: "Only draws a chart, so no step needs it.",
        fix: "Leave it out, or write the chart to a file to keep it.",
      },
    ];
  if (declared.size === 0 || calls.some(({ own, kinds }) => own && kinds.includes("show"))) return [];
  if (!plan.reason.startsWith("Nothing uses") && !plan.reason.startsWith("Exploration")) return [];
  return [
    {
      code: "unused-cell",
      severity: "info",
      cell: cell.id,
      line: null,
      message: `No metric, file or model needs what this cell makes (${[...declared].join(", ")}).`,
      fix: "Leave it out, or remove it.",
    },
  ];
}

function unusedImports(looks: readonly CellLook[]): Finding[] {
  const used = new Set(
    looks.flatMap(({ cell }) => [
      ...cell.facts.statements
        .filter(({ kind }) => kind !== "import")
        .flatMap(({ reads, types }) => [...reads, ...types]),
      ...cell.facts.declarations.flatMap(({ free, types, mutates, assigns }) => [
        ...free,
        ...types,
        ...mutates,
        ...assigns,
      ]),
      ...cell.facts.reads.map(({ name }) => name),
      ...cell.facts.globals.map(({ name }) => name),
      ...(cell.facts.models ?? []).flatMap(({ predict }) =>
        predict.kind === "name" ? [predict.name] : [...predict.free, ...predict.types],
      ),
    ]),
  );
  return looks.flatMap(({ cell }) => {
    const line = new Map(
      cell.facts.statements.flatMap(({ declares, range }) => declares.map((name) => [name, range.line] as const)),
    );
    const idle = cell.facts.imports.filter(({ local }) => !used.has(local));
    return idle.map(
      ({ local, specifier }): Finding => ({
        code: "unused-import",
        severity: "info",
        cell: cell.id,
        line: line.get(local) ?? null,
        message: `Nothing uses ${local} of "${specifier}".`,
        fix: `Remove ${local} from the import.`,
      }),
    );
  });
}
