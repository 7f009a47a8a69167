import { Aliases } from "../aliases.js";
import type { Definition, Definitions } from "../definitions.js";
import type { CellLook } from "./look-at-cells.js";
import { looksLikeParameter } from "./looks-like-parameter.js";

/** What a cell should be, and why. `code`: needs no tag, as what others use of it is found without one. */
export interface Choice {
  readonly kind: "step" | "setup" | "parameters" | "skip" | "code" | "kept";
  readonly reason: string;
}

export interface Choices {
  readonly byCell: ReadonlyMap<string, Choice>;
  /** Cells that cannot run from top to bottom. */
  readonly broken: ReadonlySet<string>;
  /** Names that a cell misses when the notebook runs from top to bottom, with the line and the later cell that makes them. */
  readonly missing: ReadonlyMap<string, readonly MissingName[]>;
}

export interface MissingName {
  readonly name: string;
  readonly line: number;
  /** Number of the later cell that defines it; null where no cell does. */
  readonly later: number | null;
}

export interface ChooseOptions {
  /** True for a notebook that has steps already: then what stays out needs no tag. */
  readonly partly: boolean;
  readonly isSecretName: (name: string) => boolean;
}

/**
 * 1. broken: cells that cannot run from top to bottom, and those that need what these make
 * 2. shared: cells of imports, types, functions and constants
 * 3. live: cells that log, write, train or register something, and backwards all that they need
 * 4. the rest is exploration
 */
export function chooseRoles(looks: readonly CellLook[], definitions: Definitions, options: ChooseOptions): Choices {
  return new Chooser(looks, definitions, options).choose();
}

class Chooser {
  readonly #looks: readonly CellLook[];
  readonly #definitions: Definitions;
  readonly #partly: boolean;
  readonly #isSecretName: (name: string) => boolean;
  readonly #byCell = new Map<string, Choice>();
  readonly #broken = new Set<string>();
  readonly #missing = new Map<string, MissingName[]>();
  /** Names that some code assigns or changes in place. */
  readonly #changed = new Set<string>();

  constructor(looks: readonly CellLook[], definitions: Definitions, { partly, isSecretName }: ChooseOptions) {
    this.#isSecretName = isSecretName;
    this.#looks = looks;
    this.#definitions = definitions;
    this.#partly = partly;
    for (const { effects, cell, survey } of looks) {
      for (const name of [...survey.assigned, ...effects.assigns.keys(), ...effects.mutates.keys()])
        this.#changed.add(name);
      for (const { assigns, mutates } of cell.facts.declarations)
        for (const name of [...assigns, ...mutates]) this.#changed.add(name);
    }
  }

  choose(): Choices {
    for (const { cell } of this.#looks) {
      const { kind, step } = cell.role;
      if (kind === "none") continue;
      const what = kind === "step" ? `step ${step}` : kind;
      this.#put(cell.id, "kept", `Is tagged as ${what} already.`);
    }
    this.#findBroken();
    this.#findShared();
    this.#findLive();
    return { byCell: this.#byCell, broken: this.#broken, missing: this.#missing };
  }

  #put(id: string, kind: Choice["kind"], reason: string): void {
    this.#byCell.set(id, { kind, reason });
  }

  #open(): CellLook[] {
    return this.#looks.filter(({ cell }) => !this.#byCell.has(cell.id));
  }

  #findBroken(): void {
    const made = new Set<string>();
    const lost = new Map<string, number>();
    for (const look of this.#looks) {
      const { cell, needs, effects } = look;
      const problems: MissingName[] = [];
      const upstream: { name: string; from: number }[] = [];
      for (const [name, line] of effects.unknown) problems.push({ name, line, later: null });
      for (const [name, line] of needs) {
        if (made.has(name)) continue;
        const all = this.#definitions.all(name);
        const before = all.findLast(
          (one) => one.cell.order < cell.order || (one.cell.id === cell.id && one.kind !== "value"),
        );
        const from = lost.get(name);
        if (from !== undefined) upstream.push({ name, from });
        else if (before === undefined) problems.push({ name, line, later: laterThan(cell.order, all) });
      }
      if (problems.length > 0 && cell.role.kind !== "skip") this.#missing.set(cell.id, problems);
      const [syntax] = cell.facts.errors;
      const reason =
        syntax !== undefined
          ? "Cannot be read as TypeScript."
          : problems[0] !== undefined
            ? `Cannot run from top to bottom: ${describeMissing(problems[0])}.`
            : upstream[0] !== undefined
              ? `Needs ${upstream[0].name}, which cell ${upstream[0].from} cannot make.`
              : null;
      const isEmpty = cell.facts.statements.length === 0 && syntax === undefined;
      if (this.#byCell.has(cell.id)) {
        // A cell that somebody tagged as step is theirs; `skip` leaves its values out.
        const out = cell.role.kind === "skip";
        for (const name of look.declared)
          if (out) lost.set(name, cell.number);
          else made.add(name);
      } else if (isEmpty) this.#put(cell.id, "code", "Holds no code.");
      else if (reason !== null) {
        this.#broken.add(cell.id);
        this.#put(cell.id, this.#partly ? "code" : "skip", reason);
        for (const name of look.declared) if (!made.has(name)) lost.set(name, cell.number);
      } else {
        for (const name of look.declared) {
          made.add(name);
          lost.delete(name);
        }
      }
    }
  }

  /** Cells that any step may run for itself: nothing in them is changed later, or takes time. */
  #findShared(): void {
    const shared = new Set<string>();
    const used = this.#usedNames();
    for (const look of this.#open()) {
      const { cell, survey, declared } = look;
      if (!this.#isShareable(look, shared)) continue;
      for (const name of declared) shared.add(name);
      const names = [...declared];
      const constants = survey.constants;
      const plain = constants.filter((constant) => "value" in constant);
      const isParameters =
        cell.facts.params.length > 0 ||
        (plain.length > 0 &&
          plain.length === names.length &&
          plain.every(
            (constant) =>
              !this.#partly && !this.#isSecretName(constant.name) && looksLikeParameter(constant, this.#looks) !== null,
          ));
      if (isParameters) {
        this.#put(
          cell.id,
          "parameters",
          `Holds ${names.length === 1 ? "a constant that looks" : "constants that look"} like ${names.length === 1 ? "a parameter" : "parameters"}: ${list(names)}.`,
        );
      } else if (names.length > 0) {
        const why = names.length === 1 ? "a constant" : "constants";
        if (names.some((name) => used.has(name)))
          this.#put(cell.id, "setup", `Holds ${why} that steps may share: ${list(names)}.`);
        else this.#leave(look, `Nothing uses ${list(names)}.`);
      } else if (this.#partly)
        this.#put(cell.id, "code", "Needs no tag: imports, types and functions are found where steps use them.");
      else this.#put(cell.id, "setup", describeCode(look));
    }
  }

  #isShareable({ cell, survey, declared, calls, needs }: CellLook, shared: ReadonlySet<string>): boolean {
    const { statements } = cell.facts;
    const constants = new Set(survey.constants.map(({ name }) => name));
    const settles = new Set(
      calls.filter(({ own, kinds }) => own && kinds.includes("settings")).map(({ call }) => call.statement),
    );
    if (calls.some(({ kinds }) => kinds.includes("metric") || kinds.includes("model"))) return false;
    const fits = statements.every((statement, index) => {
      if (statement.kind === "variable") return statement.declares.every((name) => constants.has(name));
      if (statement.kind !== "expression") return true;
      if (statement.declares.length > 0) return false;
      return (
        survey.shown.includes(index) ||
        settles.has(index) ||
        survey.globalWrites.some((line) => line === statement.range.line)
      );
    });
    if (!fits || [...declared].some((name) => this.#changed.has(name))) return false;
    // What runs at once must not need what a step makes; functions may, and bring it along.
    return [...needs.keys()].every(
      (name) =>
        shared.has(name) ||
        this.#definitions
          .all(name)
          .some((one) => one.cell.role.kind === "setup" || one.cell.role.kind === "parameters"),
    );
  }

  /** Names that some other cell mentions. */
  #usedNames(): Set<string> {
    return new Set(
      this.#looks.flatMap(({ cell, effects }) => [
        ...effects.reads.keys(),
        ...cell.facts.declarations.flatMap(({ free }) => free),
      ]),
    );
  }

  #findLive(): void {
    const open = new Set(this.#open().map(({ cell }) => cell.id));
    let roots = new Map<string, string>();
    for (const look of this.#looks) {
      if (look.cell.role.kind === "step") roots.set(look.cell.id, "");
      const why = open.has(look.cell.id) ? rootReason(look) : null;
      if (why !== null) roots.set(look.cell.id, why);
    }
    if ([...roots.values()].every((why) => why === "") && !this.#partly)
      roots = new Map([...roots, ...this.#results(open)]);
    const live = this.#reach(roots);
    const codeNeeded = new Set(
      this.#looks
        .filter(({ cell }) => live.has(cell.id))
        .flatMap(({ effects }) => [...effects.code].map((one) => one.cell.id)),
    );
    for (const look of this.#open()) {
      const { id } = look.cell;
      const why = live.get(id);
      if (why !== undefined) this.#put(id, "step", why);
      else if (codeNeeded.has(id))
        this.#put(
          id,
          "code",
          "Needs no tag: steps find the functions and imports that they use; what it shows is exploration.",
        );
      else this.#leave(look, describeIdle(look));
    }
  }

  #leave({ cell }: CellLook, reason: string): void {
    this.#put(cell.id, this.#partly ? "code" : "skip", reason);
  }

  /** Where nothing is logged or written, what the notebook computes and nothing reads is its result. */
  #results(open: ReadonlySet<string>): Map<string, string> {
    const read = new Set(this.#looks.flatMap(({ needs }) => [...needs.keys()]));
    const computing = this.#looks.filter((look) => open.has(look.cell.id) && look.declared.size > 0);
    const ends = computing.filter(
      (look) => look.survey.charts.length === 0 && [...look.declared].some((name) => !read.has(name)),
    );
    const last = ends.length > 0 ? ends : computing.slice(-1);
    const chosen =
      last.length > 0
        ? last
        : this.#looks.filter(
            (look) => open.has(look.cell.id) && look.cell.facts.statements.some(({ kind }) => kind === "expression"),
          );
    return new Map(chosen.map((look) => [look.cell.id, "Makes a result."]));
  }

  /** Backwards from the roots: whatever makes or changes a value that is needed further down. */
  #reach(roots: ReadonlyMap<string, string>): Map<string, string> {
    const aliases = new Aliases(this.#looks.map(({ cell }) => cell));
    const live = new Map<string, string>();
    const needed = new Map<string, number>();
    for (const look of this.#looks.toReversed()) {
      const { cell, declared, effects, needs } = look;
      const choice = this.#byCell.get(cell.id);
      if (
        choice !== undefined &&
        cell.role.kind !== "step" &&
        cell.role.kind !== "setup" &&
        cell.role.kind !== "parameters"
      )
        continue;
      const changed = [...effects.mutates.keys()];
      const changes = [
        ...declared,
        ...effects.assigns.keys(),
        ...changed,
        ...changed.flatMap((name) => [...aliases.affectedBy(name)]),
      ];
      const wanted = [...new Set(changes)].filter((name) => needed.has(name));
      const root = roots.get(cell.id);
      if (root === undefined && wanted.length === 0) continue;
      const by = wanted.map((name) => needed.get(name) ?? 0);
      const makes = wanted.length === 0 ? "" : `Makes ${list(wanted.sort())}, which cell ${Math.min(...by)} needs.`;
      live.set(cell.id, [root ?? "", makes].filter(Boolean).join(" "));
      for (const name of declared) if (!needs.has(name)) needed.delete(name);
      for (const name of needs.keys()) needed.set(name, cell.number);
    }
    return live;
  }
}

function laterThan(order: number, all: readonly Definition[]): number | null {
  return all.find(({ cell }) => cell.order > order)?.cell.number ?? null;
}

export function describeMissing({ name, later }: MissingName): string {
  return later === null ? `no cell defines ${name}` : `${name} is made further down, in cell ${later}`;
}

/** Why a cell counts by itself; null if it only does what others need, or nothing. */
function rootReason(look: CellLook): string | null {
  const { kinds, calls, cell, effects } = look;
  if (cell.facts.metrics.length > 0) return `Logs ${list(cell.facts.metrics)}.`;
  if (kinds.has("metric")) return "Logs metrics.";
  if (kinds.has("model")) return "Registers a model.";
  const training = calls.find(({ kinds: what }) => what.includes("train"));
  if (training !== undefined) return `Calls ${training.call.callee}.`;
  if (kinds.has("write")) return "Writes a file.";
  if (look.survey.globalWrites.length > 0) return "Changes what every later cell sees.";
  const outside = calls.find(
    ({ call, kinds: what }) =>
      what.includes("effect") &&
      isStatementOf(look, call.statement) &&
      !startsWithPlainValue(call.callee, effects.reads, look),
  );
  return outside === undefined ? null : `Calls ${outside.call.callee}, which acts outside of the notebook.`;
}

function isStatementOf({ cell }: CellLook, index: number): boolean {
  return cell.facts.statements[index]?.kind === "expression";
}

/** `map.delete(key)`, `rows.remove()`: methods of plain values are no effects of their own. */
function startsWithPlainValue(
  callee: string,
  reads: ReadonlyMap<string, number>,
  { cell, declared }: CellLook,
): boolean {
  const root = callee.split(".")[0] ?? "";
  if (!reads.has(root) && !declared.has(root)) return false;
  return (
    /\.(?:delete|remove|update|insert|on|once|use|run|post|put|end|write)$/.test(callee) &&
    cell.facts.mutates.some(({ name }) => name === root)
  );
}

function describeCode({ cell }: CellLook): string {
  const kinds = new Set(cell.facts.statements.map(({ kind }) => kind));
  const parts = [
    ...(kinds.has("import") ? ["imports"] : []),
    ...(kinds.has("type") ? ["types"] : []),
    ...(kinds.has("function") || kinds.has("class") || kinds.has("enum") || kinds.has("namespace")
      ? ["functions or classes"]
      : []),
    ...(kinds.has("expression") ? ["settings of libraries"] : []),
  ];
  return `Holds ${list(parts)} that any step may use.`;
}

function describeIdle({ survey, declared, cell }: CellLook): string {
  const only = cell.facts.statements.filter(({ kind }) => kind !== "import").length > 0;
  if (survey.charts.length > 0) return "Only draws a chart.";
  if (declared.size > 0) return `Exploration: no metric, file or model needs ${list([...declared])}.`;
  return only ? "Exploration: only shows something." : "Nothing uses its imports.";
}

/** `a, b and c`, four at most. */
export function list(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
