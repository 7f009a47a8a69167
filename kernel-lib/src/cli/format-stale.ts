import type { StaleReason, StaleValue } from "../lineage/questions/find-stale.js";
import type { StaleReport } from "./stale.js";

/** What is wrong with a cell's run, the values that it made, and those that were made from them. */
interface Root {
  readonly place: string;
  readonly because: readonly string[];
  readonly own: StaleValue[];
  readonly hanging: StaleValue[];
}

/** Each cell where something went stale, with what hangs on it: those are what a person has to look at. */
export function formatStale({ document, cellNumbers }: StaleReport): string {
  const { notebook, session, stale: found } = document;
  if (session === null) return `${notebook} has no session in the log yet: run its cells in JupyterLab.\n`;
  if (found.length === 0)
    return `Nothing is stale in session ${session} of ${notebook}: a run from top to bottom would make the same.\n`;
  const place = (id: string | null | undefined): string =>
    id == null ? "a cell without an id" : id in cellNumbers ? `cell ${cellNumbers[id]}` : "a cell that is gone";
  const lines = [`Session ${session} of ${notebook}`];
  for (const root of rootsOf(found, place)) {
    lines.push("", `${root.place}: ${root.because.join("; ")}`, `  it made        ${names(root.own)}`);
    if (root.hanging.length === 0) continue;
    const cells = [...new Set(root.hanging.map(({ cellId }) => place(cellId)))];
    lines.push(`  made from it   ${names(root.hanging)}`, `  by             ${some(cells)}`);
  }
  return `${[...lines, "", "Run the notebook from top to bottom to be sure of these."].join("\n")}\n`;
}

function rootsOf(found: readonly StaleValue[], place: (id: string | null | undefined) => string): readonly Root[] {
  const byName = new Map(found.filter(({ kind }) => kind === "variable").map((value) => [value.name, value]));
  const roots = new Map<string, Root>();
  const rootOf = (value: StaleValue): Root => {
    const because = value.reasons.filter(({ kind }) => kind !== "upstream").map((reason) => describe(reason, place));
    // Of a value that was made again since, no more is known than that it was stale.
    if (because.length === 0) because.push(...value.reasons.map((reason) => describe(reason, place)));
    const key = `${value.count} ${because.join("; ")}`;
    const root = roots.get(key) ?? { place: `[${value.count}] ${place(value.cellId)}`, because, own: [], hanging: [] };
    roots.set(key, root);
    return root;
  };
  for (const value of found) {
    const ground = groundOf(value, byName);
    if (ground === value) rootOf(value).own.push(value);
    else rootOf(ground).hanging.push(value);
  }
  return [...roots.values()];
}

/** The value, upward, with which it began. */
function groundOf(value: StaleValue, byName: ReadonlyMap<string, StaleValue>): StaleValue {
  const passed = new Set<StaleValue>();
  let at = value;
  while (at.reasons.every(({ kind }) => kind === "upstream") && !passed.has(at)) {
    passed.add(at);
    const next = at.reasons.flatMap(({ name = "" }) => byName.get(name) ?? []).find((one) => !passed.has(one));
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function names(values: readonly StaleValue[]): string {
  return some(values.map(({ kind, name }) => (kind === "metric" ? `metric ${name}` : name)));
}

const MOST = 10;

function some(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST).join(", ");
  return texts.length > MOST ? `${shown} and ${texts.length - MOST} more` : shown;
}

function describe(
  { kind, name, from, expected }: StaleReason,
  place: (id: string | null | undefined) => string,
): string {
  switch (kind) {
    case "edited":
      return "edited since";
    case "deleted":
      return "deleted since";
    case "upstream":
      return `made from ${name ?? "a value"}, which was stale`;
    case "order":
      if (expected == null) return `read ${name ?? "a value"} of ${place(from)}, which stands further down`;
      return from === expected
        ? `${name ?? "a value"} was made again by ${place(expected)} since`
        : `read ${name ?? "a value"} of ${place(from)}, where a clean run reads that of ${place(expected)}`;
  }
}
