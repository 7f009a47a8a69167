import type { CellTrace, UnrepeatableUse } from "../../lineage/cell-trace.js";
import type { Diagnostic, Plan, PlanStep } from "../compile/plan.js";
import { locateError } from "./locate-error.js";
import type { Program } from "./program.js";
import { RUN_DIAGNOSTICS } from "./run-diagnostics.js";
import type { StepDocument, StepError } from "./run-document.js";
import type { StepEnd } from "./step-process.js";
import type { StepResult } from "./step-protocol.js";

/** What a step gave. */
export interface Success {
  readonly result: StepResult;
}

/** Why a step did not end well, with what its cells did until then. */
export interface Failure {
  readonly error: StepError;
  readonly cells: readonly CellTrace[];
  readonly usage: Pick<StepDocument, "cpuMs" | "peakMemoryBytes">;
  readonly diagnostic?: Diagnostic;
}

/** Reads how a step's process ended. `modulesFolder` holds the step's code, to lead errors back to the notebook. */
export async function readOutcome(
  end: Exclude<StepEnd, { kind: "cancelled" }>,
  step: PlanStep,
  program: Program,
  modulesFolder: string,
): Promise<Success | Failure> {
  if (end.kind === "died") {
    const usage = { cpuMs: 0, peakMemoryBytes: 0 };
    return { error: stepError("StepDied", end.sentence, end.cellId), cells: [], usage };
  }
  const { message } = end;
  if (message.kind === "failed") {
    const error = locateError(message.error, modulesFolder);
    return {
      error: withStoringCell(withImportingCell(error, program), step, program),
      cells: message.cells,
      usage: message.usage,
    };
  }
  const { result } = message;
  const [changed] = result.changed;
  if (changed === undefined) return { result: { ...result, cells: await withAsked(result, modulesFolder) } };
  const diagnostic = changedInput(step, changed, program.plan);
  const error = stepError("ChangedInput", diagnostic.message.replace(/\.$/, ""), null);
  return { error, cells: result.cells, usage: result.usage, diagnostic };
}

/** The cells' records, with the places where they asked what another run answers otherwise. */
async function withAsked({ cells, asked }: StepResult, modulesFolder: string): Promise<readonly CellTrace[]> {
  const uses = new Map<string | null, UnrepeatableUse[]>();
  for (const { call, stack, running } of asked) {
    const { cellId, line } = locateError({ name: "", message: "", stack, cellId: running }, modulesFolder);
    uses.set(running, [...(uses.get(running) ?? []), { call, cellId, line }]);
  }
  return cells.map((cell) => {
    const own = uses.get(cell.cellId);
    return own === undefined ? cell : { ...cell, unrepeatable: own };
  });
}

/** Inputs that must stay as they are: the step does not hand them on, yet a later step takes them as this one got them. */
export function watchedInputs(step: PlanStep, plan: Plan): string[] {
  const later = plan.steps.slice(plan.steps.indexOf(step) + 1);
  return step.needs
    .filter((need) => !step.gives.includes(need.name) && later.some((other) => takes(other, need.name, need.from)))
    .map((need) => need.name);
}

/** A module that is not there fails a step before its first cell begins: the cell that imports it is the one to look at. */
function withImportingCell(error: StepError, { cells }: Program): StepError {
  const specifier = error.cellId === null ? /^Cannot import "([^"]+)"/.exec(error.message)?.[1] : undefined;
  if (specifier === undefined) return error;
  const found = Object.entries(cells).find(([, cell]) => cell.imports?.includes(specifier));
  return found === undefined ? error : { ...error, cellId: found[0] };
}

/** A value that cannot be stored fails a step behind its last cell: the one that made the value is to look at. */
function withStoringCell(error: StepError, { cells }: PlanStep, program: Program): StepError {
  const name = /^Cannot store ([A-Za-z_$][\w$]*)/.exec(error.message)?.[1];
  if (name === undefined || error.line !== null) return error;
  const maker = cells.findLast((id) => program.cells[id]?.writes.includes(name)) ?? null;
  if (maker === null) return error;
  return { ...error, cellId: maker, line: program.cells[maker]?.lines?.[name] ?? null };
}

function changedInput(step: PlanStep, name: string, plan: Plan): Diagnostic {
  const from = step.needs.find((need) => need.name === name)?.from ?? "";
  const takers = plan.steps.filter((other) => other !== step && takes(other, name, from)).map((other) => other.name);
  const message =
    `Step ${step.name} changes "${name}" in place in a way that its code does not show, and ${takers.join(", ")} would still get it ` +
    `as ${from} left it, unlike in the notebook. Make a changed copy under a new name (structuredClone), or assign to "${name}" where it changes.`;
  const { severity } = RUN_DIAGNOSTICS.TL050;
  return { code: "TL050", severity, message, cellId: step.cells[0] ?? null, line: null };
}

function takes(step: PlanStep, name: string, from: string): boolean {
  return step.needs.some((need) => need.name === name && need.from === from);
}

function stepError(name: string, message: string, cellId: string | null): StepError {
  return { name, message, cellId, line: null, column: null, stack: [] };
}
