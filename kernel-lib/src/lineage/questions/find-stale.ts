import type { RunRecord } from "../run-record.js";
import { type Execution, executionsOf } from "../why-graph.js";

/** A code cell of the notebook as it stands now. */
export interface CurrentCell {
  readonly id: string;
  /** sha256 (hex) of its canonical code. */
  readonly canonicalHash: string;
  /** Names that its code may declare, assign or change in place; of a cell that ran as it stands, what it was seen to change counts instead. */
  readonly changes: readonly string[];
}

/** Something of a session that a clean run of the notebook, from top to bottom, would not make the same way. */
export interface StaleValue {
  readonly kind: "variable" | "metric";
  readonly name: string;
  /** The cell that made it; null where the front end gave no id. */
  readonly cellId: string | null;
  /** Execution count. */
  readonly count: number;
  readonly reasons: readonly StaleReason[];
}

export interface StaleReason {
  /**
   * `edited`, `deleted`: the cell that made it. `order`: the cell read `name` from elsewhere than a clean run would, or before
   * that was made again. `upstream`: made from `name`, which is stale itself.
   */
  readonly kind: "edited" | "deleted" | "order" | "upstream";
  /** Of `order` and `upstream`: the name that was read. */
  readonly name?: string;
  /** Of `order`: the cell whose value was read, and the one whose value a clean run would read; null for none. */
  readonly from?: string | null;
  readonly expected?: string | null;
}

/**
 * The values and metrics of a session, as they stood at its end, that hide something: their cell was edited or deleted since, or
 * ran out of order, or they were made from such a value.
 *
 * @param cells of the notebook, in order
 */
export function findStale(session: RunRecord, cells: readonly CurrentCell[]): StaleValue[] {
  const executions = executionsOf(session).filter(({ trace }) => trace.error === null);
  const notebook = new Notebook(cells, executions);
  const lastChange = new Map<string, Execution>();
  const lastRun = new Map<CurrentCell, number>();
  executions.forEach((execution, at) => {
    const cell = notebook.cellOf(execution);
    if (cell !== undefined) lastRun.set(cell, at);
  });
  const reasons = new Map<Execution, StaleReason[]>();
  const metrics = new Map<string, Execution>();
  executions.forEach((execution) => {
    const { trace } = execution;
    const found: StaleReason[] = [];
    const cell = notebook.cellOf(execution);
    if (cell === undefined) found.push({ kind: "deleted" });
    else if (cell.canonicalHash !== trace.canonicalHash) found.push({ kind: "edited" });
    for (const name of new Set([...trace.reads, ...trace.mutates])) {
      const source = lastChange.get(name);
      if (source === undefined) continue;
      // Only of a cell that still stands is it known where a clean run would take the name from.
      const order = cell && orderProblem(name, cell, source, { notebook, lastRun, executions });
      if (order) found.push(order);
      else if ((reasons.get(source)?.length ?? 0) > 0) found.push({ kind: "upstream", name });
    }
    reasons.set(execution, found);
    for (const name of [...trace.writes, ...trace.mutates]) lastChange.set(name, execution);
    for (const { name } of trace.metrics) metrics.set(name, execution);
  });
  const stale = (kind: StaleValue["kind"], last: ReadonlyMap<string, Execution>): StaleValue[] =>
    [...last].flatMap(([name, execution]) => {
      const why = reasons.get(execution) ?? [];
      const { cellId } = execution.trace;
      return why.length === 0 ? [] : [{ kind, name, cellId, count: execution.count ?? 0, reasons: why }];
    });
  return [...stale("variable", lastChange), ...stale("metric", metrics)];
}

interface Past {
  readonly notebook: Notebook;
  readonly executions: readonly Execution[];
  /** Index of the last execution of each cell. */
  readonly lastRun: ReadonlyMap<CurrentCell, number>;
}

function orderProblem(
  name: string,
  reader: CurrentCell,
  source: Execution,
  { notebook, lastRun, executions }: Past,
): StaleReason | null {
  const actual = notebook.cellOf(source);
  // A value of a cell that is gone is said to be upstream.
  if (actual === undefined) return null;
  const expected = notebook.lastChangeBefore(reader, name);
  if (actual === expected && lastRun.get(actual) === executions.indexOf(source)) return null;
  return { kind: "order", name, from: actual.id, expected: expected?.id ?? null };
}

class Notebook {
  readonly #cells: readonly CurrentCell[];
  readonly #places: ReadonlyMap<CurrentCell, number>;
  readonly #changes = new Map<CurrentCell, Set<string>>();

  constructor(cells: readonly CurrentCell[], executions: readonly Execution[]) {
    this.#cells = cells;
    this.#places = new Map(cells.map((cell, place) => [cell, place]));
    // Code alone shows too little (what a called function changes) and too much (what it only might).
    for (const execution of executions) {
      const { trace } = execution;
      const cell = this.cellOf(execution);
      if (cell?.canonicalHash !== trace.canonicalHash) continue;
      const seen = this.#changes.get(cell) ?? new Set();
      for (const name of [...trace.writes, ...trace.mutates]) seen.add(name);
      this.#changes.set(cell, seen);
    }
    for (const cell of cells) if (!this.#changes.has(cell)) this.#changes.set(cell, new Set(cell.changes));
  }

  /** By its id; of an execution without one, the cell with that very code. */
  cellOf({ trace }: Execution): CurrentCell | undefined {
    return trace.cellId === null
      ? this.#cells.find(({ canonicalHash }) => canonicalHash === trace.canonicalHash)
      : this.#cells.find(({ id }) => id === trace.cellId);
  }

  lastChangeBefore(reader: CurrentCell, name: string): CurrentCell | undefined {
    return this.#cells.slice(0, this.#places.get(reader)).findLast((cell) => this.#changes.get(cell)?.has(name));
  }
}
