import type { Notebook } from "../../../notebook/notebook.js";
import { compilePipeline } from "../compile-pipeline.js";
import { orderSteps } from "../order-steps.js";
import type { Compiled, Diagnostic, FactsByCell, PlanEdge } from "../plan.js";
import type { Assignment } from "./assignment.js";
import { isForeign } from "./is-foreign.js";
import type { FileOrder } from "./order-by-files.js";

export interface MendInput {
  readonly notebook: Notebook;
  readonly factsWith: (tags: ReadonlyMap<string, readonly string[]>) => FactsByCell;
  readonly orders: readonly FileOrder[];
  /** Names from other cells that a cell needs. */
  readonly needsOf: (id: string) => ReadonlySet<string>;
}

/**
 * Compiles what is proposed, and changes the proposal until nothing is wrong with it that tags could mend: steps between
 * which something would travel that cannot be stored are united, and so are those that need each other in a circle.
 * Each round unites steps or takes a cell out, so that it ends.
 */
export function mendAssignment(assignment: Assignment, input: MendInput): Compiled {
  const banned = new Set<string>();
  const moved = new Set<string>();
  const coded = new Set(
    input.notebook.cells.flatMap(({ source }) => (/\bcodec\s*\(/.test(source) ? source.split(/[^\w$]+/) : [])),
  );
  for (;;) {
    assignment.after = new Map();
    const plain = compileWith(assignment, input);
    if (mendOnce(assignment, plain, { banned, moved, coded, needsOf: input.needsOf })) continue;
    if (!addFileOrder(assignment, plain.compiled.plan.edges, input.orders)) continue;
    assignment.shortenNames();
    return compileWith(assignment, input).compiled;
  }
}

interface Tried {
  readonly compiled: Compiled;
  readonly facts: FactsByCell;
}

function compileWith(assignment: Assignment, { notebook, factsWith }: MendInput): Tried {
  const tags = assignment.tags();
  const tagged: Notebook = {
    ...notebook,
    cells: notebook.cells.map((cell) => ({ ...cell, tags: tags.get(cell.id) ?? cell.tags })),
  };
  const facts = factsWith(tags);
  return { compiled: compilePipeline(tagged, facts), facts };
}

/** What earlier rounds did. */
interface Past extends Pick<MendInput, "needsOf"> {
  /** Cells that were taken out. */
  readonly banned: Set<string>;
  /** Words of cells that register codecs: classes among them can be stored. */
  readonly coded: ReadonlySet<string>;
  /** Cells that went to another step. */
  readonly moved: Set<string>;
}

/** True if something was changed. */
function mendOnce(
  assignment: Assignment,
  { compiled, facts }: Tried,
  { banned, moved, coded, needsOf }: Past,
): boolean {
  const { plan, diagnostics } = compiled;
  const unite = (one: string, other: string): boolean => {
    const [a, b] = [assignment.numberOf(one), assignment.numberOf(other)];
    return a !== null && b !== null && assignment.unite(a, b);
  };
  let changed = false;
  for (const { name, needs } of plan.steps)
    for (const need of needs) {
      if (!cannotTravel(need.name, facts, coded)) continue;
      // The cells that need it go where it is, and the others stay; once, so that this ends.
      const [from, to] = [assignment.numberOf(need.from), assignment.numberOf(name)];
      const users = to === null ? [] : assignment.stepCells(to).filter(({ id }) => needsOf(id).has(need.name));
      const mayMove = users.every(({ id }) => !moved.has(id) && !assignment.isFixed(id));
      if (
        from !== null &&
        to !== null &&
        mayMove &&
        users.length > 0 &&
        users.length < assignment.stepCells(to).length
      ) {
        const ids = users.map(({ id }) => id);
        for (const id of ids) moved.add(id);
        assignment.move(ids, from);
        return true;
      }
      changed = unite(need.from, name) || changed;
    }
  if (changed) return true;
  for (const circle of orderSteps(
    plan.steps.map((step) => step.name),
    plan.edges,
  ).circles)
    for (const other of circle.slice(1)) changed = unite(circle[0] ?? "", other) || changed;
  if (changed) return true;
  for (const diagnostic of diagnostics)
    if (diagnostic.severity === "error" && mendDiagnostic(diagnostic, assignment, facts, banned, unite)) return true;
  return false;
}

function mendDiagnostic(
  { code, cellId, message }: Diagnostic,
  assignment: Assignment,
  facts: FactsByCell,
  banned: Set<string>,
  unite: (one: string, other: string) => boolean,
): boolean {
  if (cellId === null) return false;
  const plan = assignment.get(cellId);
  const quoted = [...message.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
  const skip = (id: string, reason: string): boolean => {
    if (assignment.isFixed(id) || banned.has(id)) return false;
    banned.add(id);
    assignment.set(id, { kind: "skip", reason });
    return true;
  };
  switch (code) {
    case "TL001":
    case "TL012":
    case "TL013":
      return plan?.kind !== "skip" && skip(cellId, message);
    case "TL010":
    case "TL011": {
      // Told on the cell that makes the value, and on the one that needs it.
      const [name = ""] = quoted;
      const isMaker = facts.get(cellId)?.declarations.some((declaration) => declaration.name === name) ?? false;
      if (isMaker && plan?.kind !== "kept" && !banned.has(cellId))
        return assignment.join(cellId, `Makes ${name}, which a step needs.`);
      return !isMaker && skip(cellId, `Needs ${name}, which no step can make.`);
    }
    case "TL021":
    case "TL030":
    case "TL031":
    case "TL033": {
      const names = quoted.filter((name) => assignment.numberOf(name) !== null);
      const own = plan?.step === undefined ? [] : [assignment.nameOf(plan.step)];
      const [first = "", ...others] = [...new Set([...own, ...names])];
      return others.some((other) => unite(first, other));
    }
    case "TL040": {
      const [name = ""] = quoted;
      const makers = [...facts]
        .filter(([, cell]) => cell.declarations.some((declaration) => declaration.name === name))
        .map(([id]) => id);
      return makers.some(
        (id) => isShared(assignment, id) && assignment.join(id, `Makes ${name}, which a step changes.`),
      );
    }
    case "TL043":
      return isShared(assignment, cellId) && assignment.join(cellId, "Needs what a step makes.");
    case "TL041":
      if (plan?.kind !== "parameters") return false;
      assignment.set(cellId, { kind: "setup", reason: "Holds constants that steps may share." });
      return true;
    default:
      return false;
  }
}

function isShared(assignment: Assignment, id: string): boolean {
  const kind = assignment.get(id)?.kind;
  return kind === "setup" || kind === "parameters";
}

/** By what the checker knows of any value of that name. */
function cannotTravel(name: string, facts: FactsByCell, coded: ReadonlySet<string>): boolean {
  const own = new Set(
    [...facts.values()].flatMap(({ declarations }) =>
      declarations.filter(({ kind }) => ["class", "type", "enum", "namespace"].includes(kind)).map((one) => one.name),
    ),
  );
  const typesOnly = new Set(
    [...facts.values()].flatMap(({ imports }) => imports.filter(({ typeOnly }) => typeOnly).map(({ local }) => local)),
  );
  return [...facts.values()].some(({ declarations }) =>
    declarations.some(
      (one) =>
        one.name === name &&
        !one.functionLike &&
        (one.shape === "callable" ||
          one.shape === "unstorable" ||
          isForeign(one.type, new Set([...own, ...typesOnly, ...coded]))),
    ),
  );
}

/** Sets what must come before what; false if steps had to be united for it. */
function addFileOrder(assignment: Assignment, edges: readonly PlanEdge[], orders: readonly FileOrder[]): boolean {
  const next = new Map<string, Set<string>>();
  const link = (from: string, to: string): void =>
    void (next.get(from) ?? next.set(from, new Set()).get(from))?.add(to);
  for (const { from, to } of edges) link(from, to);
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...(next.get(from) ?? [])].some((name) => name === to || (!seen.has(name) && reaches(name, to, seen.add(name))));
  const after = new Map<number, Set<number>>();
  for (const { writer, reader } of orders) {
    const [from, to] = [assignment.get(writer)?.step, assignment.get(reader)?.step];
    if (from === undefined || to === undefined || from === to) continue;
    const [fromName, toName] = [assignment.nameOf(from), assignment.nameOf(to)];
    if (reaches(fromName, toName)) continue;
    if (reaches(toName, fromName)) {
      if (assignment.unite(from, to)) return false;
      continue;
    }
    const known = after.get(to) ?? new Set();
    after.set(to, known.add(from));
    link(fromName, toName);
  }
  assignment.after = after;
  return true;
}
