import type { CellOptions } from "../../notebook/notebook.js";
import type { PlanParam } from "../compile/plan.js";

/** A pipeline as an exported project states it. The step `train` is the default export of `steps/train.ts`. */
export interface Pipeline {
  /** The notebook's path, as the log knows it. */
  readonly notebook: string;
  /** Working folder of the steps, relative to the project. */
  readonly folder: string;
  readonly params: readonly PipelineParam[];
  /** Each behind the steps that it takes values from. */
  readonly steps: readonly PipelineStep[];
}

export interface PipelineParam extends Omit<PlanParam, "cellId" | "line"> {
  /** Id of the notebook's cell that declares it. */
  readonly cell: string;
}

export interface PipelineStep {
  readonly name: string;
  /** Values that it takes, by name: the step that hands each on. */
  readonly takes: Readonly<Record<string, string>>;
  /** Names of the values that it hands on. */
  readonly gives: readonly string[];
  /** Steps that must end before it, beside those that it takes values from. */
  readonly after?: readonly string[];
  /** Names of the params that its code reaches. */
  readonly params: readonly string[];
  /** Ids of the notebook's cells that it was made of. */
  readonly cells: readonly string[];
  /** Names of the secrets that it reads: looked for before the first step. */
  readonly secrets?: readonly string[];
  readonly options?: CellOptions;
}
