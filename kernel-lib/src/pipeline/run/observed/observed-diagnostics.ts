import { findStale, type StaleValue } from "../../../lineage/questions/find-stale.js";
import type { RunRecord } from "../../../lineage/run-record.js";
import { type Execution, executionsOf } from "../../../lineage/why-graph.js";
import type { Diagnostic, Fix } from "../../compile/plan.js";
import type { Program } from "../program.js";
import { RUN_DIAGNOSTICS } from "../run-diagnostics.js";
import { fileDiagnostics } from "./file-diagnostics.js";
import { type ObservedCode, ObservedPlan } from "./observed-plan.js";

/**
 * Where what the log saw disagrees with the graph that the code declares: hidden state of the notebook's last session, and reads, changes
 * and files which no edge stands for. Warnings all: a clean run is never blocked by a messy session.
 */
export function observedDiagnostics(
  program: Pick<Program, "plan" | "cells">,
  seen: { readonly session: RunRecord | null; readonly lastRun: RunRecord | null },
): Diagnostic[] {
  const plan = new ObservedPlan(program);
  if (plan.steps.length === 0) return [];
  const executions =
    seen.session === null ? [] : executionsOf(seen.session).filter(({ trace }) => trace.error === null);
  const ran = seen.lastRun === null ? [] : executionsOf(seen.lastRun);
  const found = [
    ...editedCells(plan, executions),
    ...(seen.session === null ? [] : hiddenState(plan, findStale(seen.session, plan.current))),
    ...unplannedNames(plan, executions),
    ...fileDiagnostics(plan, executions.length > 0 ? executions : ran),
  ];
  return plan.inOrder(found);
}

export function observed(
  code: ObservedCode,
  place: { readonly cellId: string; readonly line: number | null },
  message: string,
  fix?: Fix,
): Diagnostic {
  return { code, severity: RUN_DIAGNOSTICS[code].severity, message, ...place, ...(fix === undefined ? {} : { fix }) };
}

/** TL060 */
function editedCells(plan: ObservedPlan, executions: readonly Execution[]): Diagnostic[] {
  const last = new Map<string, Execution>();
  for (const execution of executions) {
    const id = plan.cellOf(execution);
    if (id !== null) last.set(id, execution);
  }
  return [...last].flatMap(([cellId, { trace }]) => {
    if (!plan.isInPipeline(cellId) || plan.cell(cellId)?.canonicalHash === trace.canonicalHash) return [];
    const names = [...trace.writes, ...trace.mutates];
    const what = names.length === 0 ? "what it did" : some(names);
    const message = `The session ran this cell before it was edited: ${what} there is of the old code, and a run uses the code as it stands now. Run the cell, and those that use it, again.`;
    const lines = names.flatMap((name) => plan.cell(cellId)?.lines?.[name] ?? []);
    return [observed("TL060", { cellId, line: lines.length > 0 ? Math.min(...lines) : 1 }, message)];
  });
}

/** TL061, TL062 */
function hiddenState(plan: ObservedPlan, stale: readonly StaleValue[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  const told = new Set<string>();
  for (const { kind, name, cellId, count, reasons } of stale) {
    if (kind === "variable" && reasons.some((reason) => reason.kind === "deleted")) {
      const user = plan.firstUser(name);
      if (user === null) continue;
      const maker = plan.lastMakerBefore(user, name);
      const instead = maker === null ? "a run has no such value" : `a run takes it from ${plan.place(maker)}`;
      const message = `"${name}" in the session was made or changed by a cell that is gone (it ran as [${count}]); ${instead}. Bring the cell back, or run the notebook again from top to bottom.`;
      found.push(observed("TL061", { cellId: user, line: plan.cell(user)?.lines?.[`read:${name}`] ?? 1 }, message));
    }
    if (cellId === null || !plan.isInPipeline(cellId)) continue;
    for (const reason of reasons) {
      if (reason.kind !== "order" || reason.name === undefined || told.has(`${cellId}\n${reason.name}`)) continue;
      told.add(`${cellId}\n${reason.name}`);
      const line = plan.cell(cellId)?.lines?.[`read:${reason.name}`] ?? plan.cell(cellId)?.lines?.[name] ?? 1;
      found.push(observed("TL062", { cellId, line }, orderMessage(plan, { ...reason, name: reason.name })));
    }
  }
  return found;
}

function orderMessage(
  plan: ObservedPlan,
  { name, from, expected }: { readonly name: string; readonly from?: string | null; readonly expected?: string | null },
): string {
  const actual = from == null ? "another cell" : plan.place(from);
  const again = "Run the notebook from top to bottom, or this cell again.";
  if (expected == null)
    return `In the session this cell read "${name}" of ${actual}, which a run does not come to before it. Move the cell, or run the notebook from top to bottom.`;
  if (from === expected)
    return `In the session this cell read "${name}" before ${actual} made it again, so that it has seen an older value than a run gives it. ${again}`;
  return `In the session this cell read "${name}" of ${actual}, where a run gives it that of ${plan.place(expected)}. ${again}`;
}

/** TL063, TL064 */
function unplannedNames(plan: ObservedPlan, executions: readonly Execution[]): Diagnostic[] {
  const lastChange = new Map<string, string>();
  const found = new Map<string, Diagnostic>();
  for (const execution of executions) {
    const { trace } = execution;
    const cellId = plan.cellOf(execution);
    const step = cellId === null ? null : plan.stepOf(cellId);
    // Of a cell that was edited since, other names may hold now.
    if (cellId !== null && step !== null && plan.cell(cellId)?.canonicalHash === trace.canonicalHash) {
      for (const name of [...trace.reads, ...trace.mutates]) {
        const maker = lastChange.get(name);
        if (maker === undefined || !plan.isUnplannedRead(step, name, maker)) continue;
        const message = `In the session this cell used "${name}", which step "${plan.stepOf(maker) ?? ""}" makes in ${plan.place(maker)}, and its code does not show it: a run does not hand it on. Name "${name}" in the cell, for example as an argument.`;
        found.set(
          `TL063 ${step} ${name}`,
          observed("TL063", { cellId, line: plan.cell(cellId)?.lines?.[name] ?? 1 }, message),
        );
      }
      for (const name of trace.mutates) {
        const later = plan.takerOfUnchanged(step, cellId, name);
        if (later === null) continue;
        const message = `In the session this cell changed "${name}" in place, and its code does not show it: step "${later.to}" would get "${name}" as step "${later.from}" left it. Assign the changed value here (${name} = …), or give it a new name.`;
        found.set(
          `TL064 ${step} ${name}`,
          observed("TL064", { cellId, line: plan.cell(cellId)?.lines?.[`read:${name}`] ?? 1 }, message),
        );
      }
    }
    for (const name of [...trace.writes, ...trace.mutates])
      if (cellId === null) lastChange.delete(name);
      else lastChange.set(name, cellId);
  }
  return [...found.values()];
}

function some(names: readonly string[]): string {
  const all = [...new Set(names)].map((name) => `"${name}"`);
  return `${all.slice(0, 3).join(", ")}${all.length > 3 ? ", …" : ""}`;
}
