import type { CallSurvey, CellSurvey } from "../../../notebook/cell-survey.js";
import type { RoleCell } from "../classify-cells.js";
import type { Definitions } from "../definitions.js";
import { cellEffects, type Effects } from "../effects.js";
import { type CallKind, callKinds, type ResolvedCall } from "./call-kinds.js";

/** A cell with all that is known of it before anything runs. */
export interface CellLook {
  readonly cell: RoleCell;
  readonly survey: CellSurvey;
  readonly effects: Effects;
  /** Names whose values it makes. */
  readonly declared: ReadonlySet<string>;
  /** Names from other cells whose values it reads, assigns or changes, with the first line. */
  readonly needs: ReadonlyMap<string, number>;
  /** Its calls, those in functions that it calls included. */
  readonly calls: readonly KnownCall[];
  readonly kinds: ReadonlySet<CallKind>;
  /** Its number of milliseconds when it last ran, or null. */
  readonly durationMs: number | null;
}

export interface KnownCall extends ResolvedCall {
  readonly kinds: readonly CallKind[];
  /** False for a call in a function of another cell. */
  readonly own: boolean;
}

const nothing: CellSurvey = {
  calls: [],
  literals: [],
  constants: [],
  comparisons: [],
  counts: [],
  assigned: [],
  properties: [],
  globalWrites: [],
  shown: [],
  charts: [],
};

export function lookAtCells(
  cells: readonly RoleCell[],
  definitions: Definitions,
  surveys: ReadonlyMap<string, CellSurvey>,
  durations: ReadonlyMap<string, number>,
): CellLook[] {
  const resolve = (call: CallSurvey, cell: RoleCell, own: boolean): KnownCall => {
    const root = /^(?:new )?([\w$]+)/.exec(call.callee)?.[1] ?? "";
    const meant = definitions.meant(root, cell);
    const from = meant?.imported ?? null;
    const resolved = { call, from: from === null ? null : { specifier: from.specifier, imported: from.imported } };
    // A function of the notebook may be called `metric` too.
    const kinds = meant !== null && from === null && meant.name === call.callee ? [] : callKinds(resolved);
    return { ...resolved, kinds, own };
  };
  return cells.map((cell) => {
    const survey = surveys.get(cell.id) ?? nothing;
    const effects = cellEffects(cell, definitions);
    const declared = declaredValues(cell);
    const calls = survey.calls.filter(({ later }) => !later).map((call) => resolve(call, cell, true));
    for (const { kind, cell: other, index } of effects.code) {
      if (kind !== "code") continue;
      const found = surveys.get(other.id)?.calls.filter((call) => call.statement === index && call.later) ?? [];
      calls.push(...found.map((call) => resolve(call, other, other.id === cell.id)));
    }
    return {
      cell,
      survey,
      effects,
      declared,
      needs: needsOf(cell, effects, declared),
      calls,
      kinds: new Set(calls.flatMap(({ kinds }) => kinds)),
      durationMs: durations.get(cell.id) ?? null,
    };
  });
}

function declaredValues({ facts }: RoleCell): Set<string> {
  return new Set(
    facts.statements
      .filter(({ kind }) => kind === "variable" || kind === "expression")
      .flatMap(({ declares }) => declares),
  );
}

function needsOf(cell: RoleCell, effects: Effects, declared: ReadonlySet<string>): Map<string, number> {
  const before = new Set(cell.facts.reads.map(({ name }) => name));
  const needs = new Map<string, number>();
  for (const uses of [effects.reads, effects.assigns, effects.mutates])
    for (const [name, line] of uses)
      if (!(declared.has(name) && !before.has(name))) needs.set(name, Math.min(line, needs.get(name) ?? line));
  return needs;
}
