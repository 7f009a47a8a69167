import type { Column } from "../rows.js";
import { asCategory, isMissing } from "./read-value.js";
import type { CategoricalSketch } from "./reference-sketch.js";

/** Categories kept of one column; the rarer ones count together. */
const KEPT_CATEGORIES = 256;
/** From here on, and where more than half of all values differ, a column is text. */
const TEXT_FROM = 50;

export function sketchCategories(column: Column): CategoricalSketch {
  const counts = countCategories(column);
  const all = [...counts].map(([value, count]) => ({ value, count }));
  all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const count = all.reduce((sum, category) => sum + category.count, 0);
  const isText = all.length >= TEXT_FROM && all.length > count / 2;
  const categories = isText ? [] : all.slice(0, KEPT_CATEGORIES);
  return {
    name: column.name,
    kind: isText ? "text" : "categorical",
    count,
    missing: column.length - count,
    distinct: all.length,
    categories,
    other: categories.reduce((rest, category) => rest - category.count, count),
  };
}

/** How often each value is there; missing ones are left out. */
export function countCategories(column: Column): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let index = 0; index < column.length; index += 1) {
    const value = column.at(index);
    if (isMissing(value)) continue;
    const category = asCategory(value);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return counts;
}
