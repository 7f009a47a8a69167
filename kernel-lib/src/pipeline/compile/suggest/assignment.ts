import { withRole } from "../../../notebook/tags.js";
import type { RoleCell } from "../classify-cells.js";

/** Which role each cell is to have; steps by number, so that they can be united. */
export class Assignment {
  readonly #cells: readonly RoleCell[];
  readonly #roles = new Map<string, CellPlan>();
  readonly #names: string[];
  /** Steps that somebody named already. */
  readonly #given: ReadonlySet<string>;
  /** Numbers of steps whose names say what they do. */
  readonly #telling: ReadonlySet<number>;
  /** Steps that must come before others, by number. */
  after = new Map<number, ReadonlySet<number>>();

  constructor(
    cells: readonly RoleCell[],
    names: readonly string[],
    { given, telling }: { readonly given: ReadonlySet<string>; readonly telling: ReadonlySet<number> },
  ) {
    this.#cells = cells;
    this.#names = [...names];
    this.#given = given;
    this.#telling = telling;
  }

  set(id: string, plan: CellPlan): void {
    this.#roles.set(id, plan);
  }

  get(id: string): CellPlan | undefined {
    return this.#roles.get(id);
  }

  nameOf(step: number): string {
    return this.#names[step] ?? "";
  }

  /** The step's number, or null if no cell has it. */
  numberOf(name: string): number | null {
    return this.steps().find((step) => this.#names[step] === name) ?? null;
  }

  stepCells(step: number): RoleCell[] {
    return this.#cells.filter(({ id }) => this.#roles.get(id)?.step === step);
  }

  steps(): number[] {
    return [...new Set(this.#cells.flatMap(({ id }) => this.#roles.get(id)?.step ?? []))];
  }

  isFixed(id: string): boolean {
    return this.#roles.get(id)?.kind === "kept";
  }

  /** Makes one step of two; false if both were named by somebody. */
  unite(one: number, other: number): boolean {
    if (one === other) return false;
    const [first, second] = one < other ? [one, other] : [other, one];
    const isGiven = (step: number): boolean => this.#given.has(this.nameOf(step));
    if (isGiven(first) && isGiven(second)) return false;
    const prefersSecond =
      isGiven(second) || (!isGiven(first) && this.#telling.has(second) && !this.#telling.has(first));
    const [kept, gone] = prefersSecond ? [second, first] : [first, second];
    for (const cell of this.stepCells(gone)) {
      const plan = this.#roles.get(cell.id);
      if (plan?.kind === "step") this.#roles.set(cell.id, { ...plan, step: kept });
    }
    return true;
  }

  /** Drops numbers from names that others no longer have. */
  shortenNames(): void {
    const names = new Set(this.#names);
    for (const step of this.steps()) {
      const [, base = ""] = /^(.+)-\d+$/.exec(this.nameOf(step)) ?? [];
      if (names.has(base) && !this.#given.has(this.nameOf(step)) && this.numberOf(base) === null)
        this.#names[step] = base;
    }
  }

  /** Takes cells over into a step. */
  move(ids: readonly string[], step: number): void {
    for (const id of ids) {
      const plan = this.#roles.get(id);
      if (plan?.kind === "step") this.#roles.set(id, { ...plan, step });
    }
  }

  /** Puts a cell into the step of the next step's cell below it, else above it; into `fallback` where there is none. */
  join(id: string, reason: string): boolean {
    const at = this.#cells.findIndex((cell) => cell.id === id);
    const stepAt = (cell: RoleCell): number | undefined => this.#roles.get(cell.id)?.step;
    const near =
      this.#cells.slice(at + 1).find((cell) => stepAt(cell) !== undefined) ??
      this.#cells.slice(0, at).findLast((cell) => stepAt(cell) !== undefined);
    const step = near === undefined ? undefined : stepAt(near);
    if (step === undefined) return false;
    this.#roles.set(id, { kind: "step", step, reason });
    return true;
  }

  /** The tags of every code cell by id. */
  tags(): Map<string, readonly string[]> {
    const told = new Set<number>();
    return new Map(
      this.#cells.map(({ id, cell }) => {
        const plan = this.#roles.get(id);
        if (plan === undefined || plan.kind === "code" || plan.kind === "kept") {
          if (plan?.step !== undefined) told.add(plan.step);
          return [id, cell.tags];
        }
        if (plan.kind !== "step" || plan.step === undefined)
          return [id, withRole(cell.tags, { kind: plan.kind === "step" ? "skip" : plan.kind })];
        const name = this.nameOf(plan.step);
        const [role = "", ...others] = withRole(cell.tags, { kind: "step", step: name });
        const after = told.has(plan.step)
          ? []
          : [...(this.after.get(plan.step) ?? [])].map((before) => `after:${this.nameOf(before)}`);
        told.add(plan.step);
        return [id, [role, ...after.filter((tag) => !others.includes(tag)), ...others]];
      }),
    );
  }
}

export interface CellPlan {
  readonly kind: "step" | "setup" | "parameters" | "skip" | "code" | "kept";
  /** Number of its step, where it has one. */
  readonly step?: number;
  readonly reason: string;
}
