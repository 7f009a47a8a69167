import type { NotebookCell } from "../../../notebook/notebook.js";
import { readRole } from "../../../notebook/tags.js";
import { classifyCells, type RoleCell } from "../classify-cells.js";
import { compilePipeline } from "../compile-pipeline.js";
import { Definitions } from "../definitions.js";
import { isTaggedForKale } from "../kale.js";
import type { Diagnostic } from "../plan.js";
import { Assignment } from "./assignment.js";
import { type Choice, chooseRoles, list } from "./choose-roles.js";
import { findProblems } from "./find-problems.js";
import { type Group, groupCells } from "./group-cells.js";
import { type CellLook, lookAtCells } from "./look-at-cells.js";
import { mendAssignment } from "./mend-assignment.js";
import { nameGroups } from "./name-groups.js";
import { type FileOrder, orderByFiles } from "./order-by-files.js";
import { sectionsOf } from "./sections.js";
import type { SuggestedCell, SuggestInput, Suggestion } from "./suggestion.js";

/**
 * Proposes tags for a notebook, and says what stands in the way. Pure: nothing runs, and tags that are there stay.
 *
 * 1. look: what each cell needs, makes and calls
 * 2. choose: parameters, shared code, steps, and what stays out
 * 3. group: cells into steps, by headings, by what they do, by how long they took
 * 4. mend: compile the proposal, and unite what cannot be apart
 * 5. tell: a reason for each cell, and findings
 */
export function suggestSteps(input: SuggestInput): Suggestion {
  const { notebook, facts, surveys, durations } = input;
  const { plan: current, diagnostics } = compilePipeline(notebook, facts);
  if (diagnostics.some(({ code }) => code === "TL007")) {
    const findings = diagnostics.map(({ message }) => ({
      code: "syntax" as const,
      severity: "error" as const,
      cell: null,
      line: null,
      message,
      fix: null,
    }));
    return { cells: [], steps: [], findings };
  }
  // 1. look
  const { cells } = classifyCells(notebook, facts);
  const definitions = new Definitions(cells);
  const looks = lookAtCells(cells, definitions, surveys, durations);
  // 2. choose
  // By Kale's rules a cell without a tag would be in: what is to stay out says so.
  const isPartly = current.steps.length > 0 && !isTaggedForKale(cells);
  const choices = chooseRoles(looks, definitions, { partly: isPartly, isSecretName: input.isSecretName });
  // What cannot run as it stands runs nowhere.
  const kale = new Map([...takeFromKale(diagnostics)].filter(([id]) => !choices.broken.has(id)));
  const byCell = new Map<string, Choice>([...choices.byCell, ...kale]);
  // 3. group
  const inSteps = looks.filter(({ cell }) => cell.role.step !== null || byCell.get(cell.id)?.kind === "step");
  const givenNames = new Map([...kale].flatMap(([id, { step }]) => (step === null ? [] : [[id, step] as const])));
  const groups = groupCells(inSteps, { sections: sectionsOf(notebook), givenNames });
  const given = new Set(current.steps.map(({ name }) => name));
  const assignment = assign(cells, groups, given, byCell);
  // 4. mend
  const orders = orderByFiles(inSteps, textConstants(looks));
  const needs = new Map(looks.map((look) => [look.cell.id, new Set(look.needs.keys())]));
  const needsOf = (id: string): ReadonlySet<string> => needs.get(id) ?? new Set();
  const compiled = mendAssignment(assignment, { notebook, factsWith: input.factsWith, orders, needsOf });
  // 5. tell
  const tags = assignment.tags();
  const told = cells.map((cell) => tellCell(cell, tags, { assignment, groups, looks, orders }));
  const { plan } = compiled;
  return {
    cells: told,
    steps: plan.steps.map(({ name, cells: own, needs, gives }) => ({
      name,
      cells: own,
      reads: needs.map((need) => need.name),
      writes: gives,
    })),
    findings: findProblems({ looks, choices, assignment, compiled, input }),
  };
}

function assign(
  cells: readonly RoleCell[],
  groups: readonly Group[],
  given: ReadonlySet<string>,
  byCell: ReadonlyMap<string, Choice>,
): Assignment {
  const names = nameGroups(groups, given);
  const telling = new Set(groups.flatMap(({ stage }, number) => (stage === null ? [] : [number])));
  const assignment = new Assignment(cells, names, { given, telling });
  const stepOf = new Map(groups.flatMap((group, number) => group.looks.map(({ cell }) => [cell.id, number] as const)));
  for (const { id } of cells) {
    const choice = byCell.get(id);
    if (choice === undefined) continue;
    const step = stepOf.get(id);
    assignment.set(id, { kind: choice.kind, reason: choice.reason, ...(step === undefined ? {} : { step }) });
  }
  return assignment;
}

/** In a notebook that was tagged for Kale, what Kale does with cells without tags. */
function takeFromKale(diagnostics: readonly Diagnostic[]): Map<string, Choice & { readonly step: string | null }> {
  return new Map(
    diagnostics.flatMap(({ code, cellId, fix }) => {
      if (code !== "TL014" || cellId === null || fix === undefined) return [];
      const { kind, step } = readRole(fix.addTags);
      if (kind === "none") return [];
      return [[cellId, { kind, step, reason: "In Kale a cell without a tag belongs to the one above." }] as const];
    }),
  );
}

function textConstants(looks: readonly CellLook[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { survey, cell } of looks) {
    for (const { name, value } of survey.constants) if (typeof value === "string") found.set(name, value);
    for (const { variable, default: value } of cell.facts.params)
      if (variable !== null && typeof value === "string") found.set(variable, value);
  }
  return found;
}

interface Telling {
  readonly assignment: Assignment;
  readonly groups: readonly Group[];
  readonly looks: readonly CellLook[];
  readonly orders: readonly FileOrder[];
}

function tellCell(
  { id, cell }: { readonly id: string; readonly cell: NotebookCell },
  tags: ReadonlyMap<string, readonly string[]>,
  telling: Telling,
): SuggestedCell {
  const { assignment, groups, looks, orders } = telling;
  const plan = assignment.get(id);
  const parts = [plan?.reason ?? ""];
  if (plan?.kind === "step" && plan.step !== undefined) {
    const group = groups[plan.step];
    const own = groups.find((one) => one.looks.some((look) => look.cell.id === id));
    const look = looks.find((one) => one.cell.id === id);
    if (own?.section) parts.unshift(`Stands below "${own.section.heading}".`);
    if (own !== undefined && own !== group)
      parts.push(
        `Kept in step ${assignment.nameOf(plan.step)}, as they share what cannot be stored, or need each other.`,
      );
    else if (group?.slow && look?.durationMs != null)
      parts.push(`Took ${seconds(look.durationMs)}, so it stands alone and its result is kept.`);
    const before = [
      ...new Set(
        orders
          .filter(({ reader, writer }) => reader === id && assignment.get(writer)?.step !== plan.step)
          .map(({ path }) => path ?? "a file"),
      ),
    ];
    if (before.length > 0 && (tags.get(id) ?? []).some((tag) => tag.startsWith("after:")))
      parts.push(`Comes after the step that writes ${list(before)}.`);
  }
  return { cell: id, index: cell.index, tags: tags.get(id) ?? cell.tags, reason: sentence(parts) };
}

/** One sentence of several: `A; b; c.` */
function sentence(parts: readonly string[]): string {
  const said = parts
    .flatMap((part) => part.split(/(?<=\w|"|\)|\])\. (?=[A-Z])/))
    .map((part) => part.replace(/\.$/, ""));
  const told = [...new Set(said.filter(Boolean))];
  return told.length === 0 ? "" : `${told.map((part, index) => (index === 0 ? part : lowerFirst(part))).join("; ")}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toPrecision(2)} s`;
}
