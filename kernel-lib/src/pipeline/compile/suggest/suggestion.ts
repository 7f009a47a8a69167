import type { CellSurvey } from "../../../notebook/cell-survey.js";
import type { Notebook } from "../../../notebook/notebook.js";
import type { FactsByCell } from "../plan.js";

/** What `tagline suggest --json` prints. */
export interface Suggestion {
  /** Every code cell, in the notebook's order. */
  readonly cells: readonly SuggestedCell[];
  /** In the order in which they would run. */
  readonly steps: readonly SuggestedStep[];
  readonly findings: readonly Finding[];
}

export interface SuggestedCell {
  /** The cell's id. */
  readonly cell: string;
  /** 0-based index among all cells. */
  readonly index: number;
  /** The tags that it should have: those that it has, where nothing is to do. */
  readonly tags: readonly string[];
  /** Why, in one sentence. */
  readonly reason: string;
}

export interface SuggestedStep {
  readonly name: string;
  /** Ids. */
  readonly cells: readonly string[];
  /** Values that it takes from other steps; values that other steps take from it. Sorted. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Something to know before the notebook becomes a pipeline. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: "error" | "warning" | "info";
  readonly cell: string | null;
  /** 1-based line in the cell, or null. */
  readonly line: number | null;
  readonly message: string;
  /** What to write or do, or null. */
  readonly fix: string | null;
}

/** One row of the README's table each. */
export const FINDINGS = {
  "hidden-state": "A cell uses a name that no cell defines, or that only a later cell defines.",
  "out-of-order": "The cells were last run in another order than they stand in.",
  syntax: "A cell cannot be read as TypeScript.",
  "inline-secret": "A password, key or token stands in the code. Its value is never printed.",
  "absolute-path": "A path holds on one machine alone.",
  random: "A cell draws random numbers that differ from run to run, or that Tagline seeds.",
  clock: "A cell asks what time it is, so its step is not reused.",
  parameter: "A constant looks like a parameter.",
  "plot-only": "A cell only draws a chart.",
  "unused-import": "Nothing uses an import.",
  "unused-cell": "Nothing uses what a cell makes.",
  "file-read": "A cell reads a file.",
  "file-write": "A cell writes a file.",
} as const satisfies Record<string, string>;

export type FindingCode = keyof typeof FINDINGS;

export interface SuggestInput {
  readonly notebook: Notebook;
  /** Of the cells as they are tagged now, with types. */
  readonly facts: FactsByCell;
  /** Of each code cell, by id. */
  readonly surveys: ReadonlyMap<string, CellSurvey>;
  /** Milliseconds that cells took when they last ran, by id; empty if that is not known. */
  readonly durations: ReadonlyMap<string, number>;
  /** The facts of the cells if they had these tags: a `parameters` cell's literals are params. */
  readonly factsWith: (tags: ReadonlyMap<string, readonly string[]>) => FactsByCell;
  readonly isSecretName: (name: string) => boolean;
  readonly holdsSecret: (text: string) => boolean;
}
