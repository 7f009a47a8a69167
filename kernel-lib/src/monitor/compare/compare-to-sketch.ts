import { type Column, columnsOf, type Rows, rowCount } from "../../data/rows.js";
import { isMissing } from "../../data/sketch/read-value.js";
import type { ColumnSketch, ReferenceSketch } from "../../data/sketch/reference-sketch.js";
import { holm } from "../statistics/holm.js";
import { compareCategories } from "./compare-categories.js";
import { compareNumbers } from "./compare-numbers.js";
import type { FeatureDrift, MeasuredFeature } from "./feature-drift.js";
import { shareText } from "./texts.js";

export interface CompareOptions {
  /** Corrected p-values below this are significant. Default: 0.05. */
  readonly alpha?: number;
  /** A population stability index from here on is large. Default: 0.2. */
  readonly psiThreshold?: number;
  /** Compare these columns alone, dates among them by their values. Default: all in common. */
  readonly columns?: readonly string[];
}

/** How rows differ from a reference. Plain JSON. */
export interface Comparison {
  /** True if any feature drifted. */
  readonly drifted: boolean;
  readonly features: readonly FeatureDrift[];
  readonly onlyInReference: readonly string[];
  readonly onlyInCurrent: readonly string[];
}

/**
 * Compares rows with a sketch of the reference, column by column. A feature has drifted when chance is no explanation (its
 * p-value, corrected for the number of features, is below alpha) and the shift is large as well (PSI): with many rows
 * any difference is significant, and with few a large one may be chance.
 *
 * @throws {Error} "Cannot compare …" if no column is common, or one that is asked for is not
 */
export function compareToSketch(reference: ReferenceSketch, rows: Rows, options: CompareOptions = {}): Comparison {
  const { alpha = 0.05, psiThreshold = 0.2, columns: asked } = options;
  const current = new Map(columnsOf(rows).map((column) => [column.name, column]));
  const known = new Set(reference.columns.map(({ name }) => name));
  for (const name of asked ?? []) refuseUnknown(name, known, current);
  const sketches = reference.columns.filter(({ name }) => current.has(name) && (asked?.includes(name) ?? true));
  if (sketches.length === 0) {
    throw new Error(
      `Cannot compare the rows: they have no column in common. Reference: ${list(known)}. Current: ${list(current.keys())}.`,
    );
  }
  const measured = sketches.flatMap((sketch) => {
    const column = current.get(sketch.name);
    return column ? [{ sketch, column, feature: measure(sketch, column, asked !== undefined) }] : [];
  });
  const corrected = holm(measured.map(({ feature }) => feature.pValue));
  const total = rowCount(rows);
  const features = measured.map(({ sketch, column, feature }, index): FeatureDrift => {
    const pCorrected = corrected[index] ?? 1;
    const missing = {
      reference: reference.rows === 0 ? 0 : sketch.missing / reference.rows,
      current: total === 0 ? 0 : countMissing(column) / total,
    };
    const drifted = pCorrected < alpha && feature.psi >= psiThreshold;
    return { ...feature, pCorrected, drifted, missing, note: withGaps(feature.note, missing) };
  });
  return {
    drifted: features.some((feature) => feature.drifted),
    features,
    onlyInReference: [...known].filter((name) => !current.has(name)),
    onlyInCurrent: [...current.keys()].filter((name) => !known.has(name)),
  };
}

function measure(sketch: ColumnSketch, column: Column, named: boolean): MeasuredFeature {
  return "distribution" in sketch
    ? compareNumbers(sketch, column, { compareDates: named })
    : compareCategories(sketch, column);
}

function refuseUnknown(name: string, reference: ReadonlySet<string>, current: ReadonlyMap<string, Column>): void {
  const missing = !reference.has(name) ? "reference" : !current.has(name) ? "current rows" : null;
  if (missing === null) return;
  const names = missing === "reference" ? reference : current.keys();
  throw new Error(`Cannot compare column ${name}: the ${missing} has no such column, only ${list(names)}.`);
}

function countMissing(column: Column): number {
  let count = 0;
  for (let index = 0; index < column.length; index += 1) if (isMissing(column.at(index))) count += 1;
  return count;
}

/** Adds the gaps where their share moved by a point or more. */
function withGaps(note: string, missing: FeatureDrift["missing"]): string {
  if (Math.abs(missing.current - missing.reference) < 0.01) return note;
  const gaps = `missing ${shareText(missing.reference)} → ${shareText(missing.current)}`;
  return note === "" ? gaps : `${note}, ${gaps}`;
}

function list(names: Iterable<string>): string {
  const all = [...names];
  return all.length > 12 ? `${all.slice(0, 12).join(", ")} and ${all.length - 12} more` : all.join(", ");
}
