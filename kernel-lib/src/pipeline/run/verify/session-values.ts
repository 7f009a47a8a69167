import type { SessionValue } from "../../../lineage/events.js";
import { findStale, type StaleReason } from "../../../lineage/questions/find-stale.js";
import type { LogReader } from "../../../lineage/reader.js";
import type { RunRecord } from "../../../lineage/run-record.js";
import { type Execution, executionsOf } from "../../../lineage/why-graph.js";
import type { Program } from "../program.js";

/** What a session can vouch for: the value that a step's cells made last and that was hashed as it stood. */
export type Vouched =
  | {
      readonly kind: "known";
      readonly value: SessionValue & { readonly hash: string };
      readonly because: readonly string[];
    }
  | { readonly kind: "unknown"; readonly why: string };

export type VouchedMetric =
  | { readonly kind: "known"; readonly value: number; readonly because: readonly string[] }
  | { readonly kind: "unknown"; readonly why: string };

/** A notebook's session as its log tells of it, asked for the values of steps. */
export class SessionValues {
  readonly #program: Program;
  readonly #executions: readonly Execution[];
  readonly #values: readonly SessionValue[];
  readonly #stale: ReadonlyMap<string, readonly StaleReason[]>;
  readonly #params: ReadonlyMap<string, unknown>;

  /** @param values that the session's kernel hashed, in order */
  constructor(session: RunRecord, values: readonly SessionValue[], program: Program) {
    this.#program = program;
    this.#values = values;
    this.#executions = executionsOf(session).filter(({ trace }) => trace.error === null);
    const cells = Object.entries(program.cells).map(([id, { canonicalHash, writes, mutates }]) => ({
      id,
      canonicalHash,
      changes: [...writes, ...mutates],
    }));
    this.#stale = new Map(findStale(session, cells).map(({ kind, name, reasons }) => [`${kind}:${name}`, reasons]));
    this.#params = new Map(
      this.#executions.flatMap(({ trace }) => trace.params.map(({ name, value }): [string, unknown] => [name, value])),
    );
  }

  /** Params with other values than those of the run, as `units = 8`. */
  otherParams(params: Readonly<Record<string, unknown>>): string[] {
    return [...this.#params].flatMap(([name, value]) =>
      name in params && JSON.stringify(params[name]) !== JSON.stringify(value)
        ? [`${name} = ${JSON.stringify(value)}`]
        : [],
    );
  }

  value(step: string, name: string): Vouched {
    const maker = this.#executions.findLast(({ trace }) => trace.writes.includes(name) || trace.mutates.includes(name));
    if (maker === undefined) return { kind: "unknown", why: "the session has not made it" };
    if (!this.#isOf(step, maker)) return { kind: "unknown", why: `${this.#placeOf(maker)} changed it since` };
    const hashed = this.#values.findLast((value) => value.name === name);
    if (hashed === undefined || hashed.count !== maker.count)
      return { kind: "unknown", why: "the kernel had no idle moment to hash it before the session ended or went on" };
    const { hash } = hashed;
    if (hash === null) return { kind: "unknown", why: hashed.why ?? "it was not hashed" };
    return { kind: "known", value: { ...hashed, hash }, because: this.#because(`variable:${name}`) };
  }

  metric(step: string, name: string): VouchedMetric {
    const maker = this.#executions.findLast(({ trace }) => trace.metrics.some((metric) => metric.name === name));
    const point = maker?.trace.metrics.findLast((metric) => metric.name === name);
    if (maker === undefined || point === undefined) return { kind: "unknown", why: "the session has not logged it" };
    if (!this.#isOf(step, maker)) return { kind: "unknown", why: `${this.#placeOf(maker)} logged it last` };
    return { kind: "known", value: point.value, because: this.#because(`metric:${name}`) };
  }

  /** By the cell's id; of an execution without one, by its very code. */
  #isOf(step: string, { trace }: Execution): boolean {
    const cells = this.#program.plan.steps.find(({ name }) => name === step)?.cells ?? [];
    return trace.cellId === null
      ? cells.some((id) => this.#program.cells[id]?.canonicalHash === trace.canonicalHash)
      : cells.includes(trace.cellId);
  }

  #placeOf({ trace, count }: Execution): string {
    const byCode = Object.entries(this.#program.cells).find(([, cell]) => cell.canonicalHash === trace.canonicalHash);
    const id = trace.cellId ?? byCode?.[0] ?? null;
    return placeWords(id, this.#program) ?? `a cell that is gone (it ran as [${count ?? "?"}])`;
  }

  #because(key: string): string[] {
    return [...new Set((this.#stale.get(key) ?? []).map((reason) => reasonWords(reason, this.#program)))];
  }
}

/** The values that a session's kernel hashed, in order. */
export function hashedValues(reader: LogReader, { run, places }: RunRecord): SessionValue[] {
  const found: SessionValue[] = [];
  for (const { writer, spans } of places)
    for (const { event } of reader.read(writer, spans))
      if (event.kind === "values.hashed" && event.run === run) found.push(...event.values);
  return found;
}

function reasonWords({ kind, name, from, expected }: StaleReason, program: Program): string {
  const place = (id: string | null | undefined): string => placeWords(id ?? null, program) ?? "a cell that is gone";
  switch (kind) {
    case "edited":
      return "its cell was edited since it ran in the session";
    case "deleted":
      return "its cell was deleted since it ran in the session";
    case "upstream":
      return `the session made it from ${name ?? "a value"}, which a clean run makes otherwise`;
    case "order":
      if (expected == null) return `the session read ${name ?? "a value"} of ${place(from)}, which stands further down`;
      return from === expected
        ? `${place(expected)} made ${name ?? "a value"} again since`
        : `the session read ${name ?? "a value"} of ${place(from)}, where a clean run reads that of ${place(expected)}`;
  }
}

function placeWords(cellId: string | null, { cells }: Program): string | null {
  const cell = cellId === null ? undefined : cells[cellId];
  return cell === undefined ? null : `cell ${cell.index + 1}`;
}
