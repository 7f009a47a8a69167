import type { Column } from "../../data/rows.js";
import type { CategoricalSketch } from "../../data/sketch/reference-sketch.js";
import { countCategories } from "../../data/sketch/sketch-categories.js";
import { chiSquared, poolRare } from "../statistics/chi-squared.js";
import { populationStability } from "../statistics/population-stability.js";
import type { MeasuredFeature } from "./feature-drift.js";
import { shareText } from "./texts.js";

/** Compares the shares of categories with the reference's. What the reference did not keep or never had is one category; of text only the gaps are left. */
export function compareCategories(reference: CategoricalSketch, column: Column): MeasuredFeature {
  const counts = countCategories(column);
  const present = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const known = reference.categories.map(({ value }) => counts.get(value) ?? 0);
  const unknown = known.reduce((rest, count) => rest - count, present);
  const missing = column.length - present;
  const about = { name: reference.name, kind: reference.kind, test: "chi2" as const };
  const a = [...reference.categories.map(({ count }) => count), reference.other, reference.missing];
  const b = [...known, unknown, missing];
  const { a: pooledA, b: pooledB } = poolRare(a, b);
  const note =
    reference.kind === "categorical"
      ? noteOf(reference, counts, present)
      : `${reference.distinct} different texts → ${counts.size}`;
  return { ...about, psi: populationStability(a, b), ...chiSquared(pooledA, pooledB), note };
}

/** The category whose share changed most, and new ones. */
function noteOf(reference: CategoricalSketch, counts: ReadonlyMap<string, number>, present: number): string {
  const rows = reference.categories.map(({ value, count }) => ({
    value,
    before: count / (reference.count || 1),
    after: (counts.get(value) ?? 0) / (present || 1),
  }));
  const [most] = rows.sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before));
  const notes: string[] = [];
  if (present === 0) notes.push("no values");
  else if (most && most.before !== most.after)
    notes.push(`${quote(most.value)} ${shareText(most.before)} → ${shareText(most.after)}`);
  if (reference.other === 0) {
    const known = new Set(reference.categories.map(({ value }) => value));
    const fresh = [...counts].filter(([value]) => !known.has(value)).sort((x, y) => y[1] - x[1]);
    const [first] = fresh;
    if (first)
      notes.push(
        `new: ${quote(first[0])} ${shareText(first[1] / present)}${fresh.length > 1 ? ` and ${fresh.length - 1} more` : ""}`,
      );
  }
  return notes.join(", ");
}

function quote(value: string): string {
  return value.length > 24 ? `${value.slice(0, 23)}…` : value;
}
