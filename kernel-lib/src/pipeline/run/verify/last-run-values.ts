import type { ArtifactUse, StepFinished } from "../../../lineage/events.js";
import type { RunRecord } from "../../../lineage/run-record.js";
import { lastMetrics } from "../cell-traces.js";
import type { Program } from "../program.js";

/** What the log tells of one step of a run, to be compared with the same step of another. */
export class StepResultOf {
  readonly #step: StepFinished;

  constructor(step: StepFinished) {
    this.#step = step;
  }

  output(name: string): ArtifactUse | undefined {
    return this.#step.outputs.find((output) => output.name === name);
  }

  metric(name: string): number | undefined {
    return lastMetrics(this.#step.cells)[name];
  }

  /** What can have made a difference, as far as the step itself shows it: its code, and the files that it read. */
  changes(now: StepFinished, { cells }: Pick<Program, "cells">): string[] {
    const found: string[] = [];
    const before = new Map(this.#step.cells.map((cell) => [cell.cellId, cell.canonicalHash]));
    for (const { cellId, canonicalHash } of now.cells) {
      if (cellId === null || before.get(cellId) === canonicalHash) continue;
      const number = cells[cellId] === undefined ? "a cell" : `cell ${cells[cellId].index + 1}`;
      found.push(before.has(cellId) ? `${number} was edited since` : `${number} is new in the step`);
    }
    const shared = ({ shared: code }: StepFinished): string => JSON.stringify(code ?? []);
    if (found.length === 0 && shared(this.#step) !== shared(now))
      found.push("code of another cell that the step uses was edited since");
    const files = filesRead(this.#step);
    for (const [path, hash] of filesRead(now))
      if (files.has(path) && files.get(path) !== hash) found.push(`file ${path} changed since`);
    return found;
  }
}

function filesRead(step: StepFinished): ReadonlyMap<string, string | null> {
  const read = step.cells.flatMap(({ files }) => files.filter(({ mode }) => mode === "read"));
  return new Map(read.map(({ path, sha256 }) => [path, sha256]));
}

/** The steps of a run by name; a step that is told twice counts as it was told last. */
export function stepsOf(record: RunRecord): ReadonlyMap<string, StepFinished> {
  return new Map(record.steps.map((step) => [step.step, step]));
}
