import type { CellFacts } from "../../notebook/cell-facts.js";
import type { CellOptions } from "../../notebook/notebook.js";

/** What a notebook's tagged cells ask to be done. Same notebook, same Plan, byte for byte. */
export interface Plan {
  readonly notebook: string;
  /** In an order that respects every edge; ties by notebook order. */
  readonly steps: readonly PlanStep[];
  readonly edges: readonly PlanEdge[];
  readonly params: readonly PlanParam[];
}

export interface PlanStep {
  readonly name: string;
  /** Ids of its cells, in notebook order. */
  readonly cells: readonly string[];
  /** Values it takes, each from the step that made (or last changed) it. */
  readonly needs: readonly PlanNeed[];
  /** Names whose values it hands on, sorted: only those that some later step needs. */
  readonly gives: readonly string[];
  /** Names of the params it reaches, sorted. */
  readonly params: readonly string[];
  /** Secrets that its code reads by a literal name, each once. Absent where there are none. */
  readonly secrets?: readonly PlanSecret[];
  /** Literal names of the metrics its cells log, in order. */
  readonly metrics: readonly string[];
  /** Identity of all code that the step runs: hashes of its cells and of the functions, setup and params it reaches, joined by `+`. */
  readonly codeHash: string;
  /** Code of other cells that it runs or calls (functions, classes, setup), by cell. Absent where there is none. */
  readonly shared?: readonly SharedCode[];
  readonly options: CellOptions;
}

export interface SharedCode {
  readonly cellId: string;
  /** Hashes of the statements that are used, joined by `+`. */
  readonly hash: string;
}

export interface PlanNeed {
  readonly name: string;
  /** The step that hands it on. */
  readonly from: string;
  /** Its TypeScript type, or null where only names are known. */
  readonly type: string | null;
}

export interface PlanSecret {
  readonly name: string;
  /** Where it is read. */
  readonly cellId: string;
  readonly line: number;
}

export interface PlanEdge {
  readonly from: string;
  readonly to: string;
  /** Names that travel, sorted; empty for an `after:` edge. */
  readonly names: readonly string[];
}

export interface PlanParam {
  readonly name: string;
  readonly type: "number" | "string" | "boolean" | "json";
  /** As in `ParamFacts`. */
  readonly format?: "date" | "path";
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly unknown[];
  readonly description?: string;
  readonly cellId: string;
  readonly line: number;
}

export interface Diagnostic {
  /** `TL` and three digits; each has a row in the README. */
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly cellId: string | null;
  /** 1-based line in the cell, or null. */
  readonly line: number | null;
  readonly fix?: Fix;
}

/** One click that mends it. */
export interface Fix {
  readonly title: string;
  /** Tags to add to and remove from a cell. */
  readonly cellId: string;
  readonly addTags: readonly string[];
  readonly removeTags: readonly string[];
  /** An option of the cell that gets another name, or, where `to` is null, goes. Absent where options stay. */
  readonly option?: { readonly from: string; readonly to: string | null };
}

export interface Compiled {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Facts by cell id. */
export type FactsByCell = ReadonlyMap<string, CellFacts>;
