import type { CurrentCell } from "../../../lineage/questions/find-stale.js";
import type { Execution } from "../../../lineage/why-graph.js";
import type { Diagnostic, PlanStep } from "../../compile/plan.js";
import type { Program, ProgramCell } from "../program.js";
import type { RUN_DIAGNOSTICS } from "../run-diagnostics.js";

export type ObservedCode = Extract<keyof typeof RUN_DIAGNOSTICS, `TL06${string}`>;

/** The declared graph, asked by what was observed. */
export class ObservedPlan {
  readonly steps: readonly PlanStep[];
  /** The notebook's code cells in order. */
  readonly current: readonly CurrentCell[];
  readonly #program: Pick<Program, "plan" | "cells">;
  readonly #stepOf = new Map<string, string>();
  readonly #pipeline = new Set<string>();
  readonly #byHash = new Map<string, string>();

  constructor(program: Pick<Program, "plan" | "cells">) {
    const { plan, cells } = program;
    this.#program = program;
    this.steps = plan.steps;
    const ordered = Object.entries(cells).sort(([, a], [, b]) => a.index - b.index);
    this.current = ordered.map(([id, { canonicalHash, writes, mutates }]) => ({
      id,
      canonicalHash,
      changes: [...writes, ...mutates],
    }));
    for (const [id, { canonicalHash }] of ordered)
      if (!this.#byHash.has(canonicalHash)) this.#byHash.set(canonicalHash, id);
    for (const { name, cells: own, shared = [] } of plan.steps) {
      for (const id of own) this.#stepOf.set(id, name).get(id);
      for (const id of [...own, ...shared.map(({ cellId }) => cellId)]) this.#pipeline.add(id);
    }
    for (const { cellId } of plan.params) this.#pipeline.add(cellId);
  }

  cell(id: string): ProgramCell | undefined {
    return this.#program.cells[id];
  }

  /** `cell 3`, as people count them. */
  place(id: string): string {
    const cell = this.cell(id);
    return cell === undefined ? "a cell that is gone" : `cell ${cell.index + 1}`;
  }

  /** The cell of the notebook that was executed: by its id; where no id was told, by its code. */
  cellOf({ trace }: Execution): string | null {
    if (trace.cellId === null) return this.#byHash.get(trace.canonicalHash) ?? null;
    return this.cell(trace.cellId) === undefined ? null : trace.cellId;
  }

  stepOf(id: string): string | null {
    return this.#stepOf.get(id) ?? null;
  }

  /** True for the cells of steps, and those whose code or params steps use. */
  isInPipeline(id: string): boolean {
    return this.#pipeline.has(id);
  }

  /** The first cell of a step that reads the name from outside. */
  firstUser(name: string): string | null {
    return this.current.find(({ id }) => this.#stepOf.has(id) && this.cell(id)?.reads.includes(name))?.id ?? null;
  }

  lastMakerBefore(user: string, name: string): string | null {
    const at = this.current.findIndex(({ id }) => id === user);
    return this.current.slice(0, at).findLast(({ changes }) => changes.includes(name))?.id ?? null;
  }

  /** True if the maker's step is another, the name is that of a value, and neither the plan nor the step itself gives it. */
  isUnplannedRead(step: string, name: string, maker: string): boolean {
    const from = this.stepOf(maker);
    if (from === null || from === step || this.cell(maker)?.values?.includes(name) !== true) return false;
    const plan = this.steps.find((one) => one.name === step);
    if (plan === undefined || plan.needs.some((need) => need.name === name)) return false;
    return !plan.cells.some((id) => this.cell(id)?.writes.includes(name));
  }

  /** Who takes the name as it was before this cell, although it stands behind it; null if nobody does. */
  takerOfUnchanged(step: string, cellId: string, name: string): { readonly from: string; readonly to: string } | null {
    const index = this.cell(cellId)?.index ?? 0;
    const indexOf = (ids: readonly string[], pick: (...values: number[]) => number): number =>
      pick(...ids.map((id) => this.cell(id)?.index ?? 0));
    for (const other of this.steps) {
      const need = other.needs.find((one) => one.name === name);
      if (need === undefined || other.name === step || need.from === step) continue;
      const maker = this.steps.find((one) => one.name === need.from);
      if (maker === undefined || indexOf(maker.cells, Math.min) > index) continue;
      if (indexOf(other.cells, Math.max) > index) return { from: need.from, to: other.name };
    }
    return null;
  }

  /** True if one step waits for the other, directly or by others between. */
  comesAfter(step: string, other: string): boolean {
    const found = new Set([other]);
    for (const name of found) for (const edge of this.#program.plan.edges) if (edge.from === name) found.add(edge.to);
    return found.has(step) && step !== other;
  }

  inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    const index = ({ cellId }: Diagnostic): number => (cellId === null ? -1 : (this.cell(cellId)?.index ?? -1));
    return [...diagnostics].sort(
      (a, b) =>
        index(a) - index(b) || (a.line ?? 0) - (b.line ?? 0) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
  }
}
