import type { ModelDescription } from "../compile/describe-models.js";
import type { Diagnostic, Plan } from "../compile/plan.js";

/**
 * A compiled pipeline with its modules' text: what `tagline run` makes of a notebook, and what an exported project
 * states in its pipeline.ts.
 */
export interface Program {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly cells: Readonly<Record<string, ProgramCell>>;
  /** By the path of each one's module, `models/penguins.ts`. */
  readonly models: Readonly<Record<string, ModelDescription>>;
}

/** What the log records of a cell besides what is observed. */
export interface ProgramCell {
  /** 0-based index among all cells of the notebook. */
  readonly index: number;
  readonly sourceHash: string;
  readonly canonicalHash: string;
  /** Names whose value from before the cell it reads; declares or assigns; changes in place. Sorted. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly mutates: readonly string[];
  /** Among `writes`, the names of values: no functions, classes and enums; absent in an exported project. */
  readonly values?: readonly string[];
  /**
   * 1-based line where it first declares or changes a name, where it reads one (`read:NAME`), logs a metric (`metric:NAME`) and
   * names a file (`file:PATH`); absent in an exported project.
   */
  readonly lines?: Readonly<Record<string, number>>;
  /** Modules that it imports; absent in an exported project. */
  readonly imports?: readonly string[];
}
