import type { Column } from "../../data/rows.js";
import { asDate, asNumber, isMissing } from "../../data/sketch/read-value.js";
import type { Distribution, NumericSketch } from "../../data/sketch/reference-sketch.js";
import { countInBins, moments } from "../../data/sketch/sketch-numbers.js";
import { toDistribution } from "../../data/sketch/to-distribution.js";
import { chiSquared, poolRare } from "../statistics/chi-squared.js";
import { kolmogorovSmirnov } from "../statistics/kolmogorov-smirnov.js";
import { populationStability } from "../statistics/population-stability.js";
import type { MeasuredFeature } from "./feature-drift.js";
import { dateText, numberText, shareText } from "./texts.js";

/** Up to so many different numbers are bins themselves: their deciles would fall together. */
const FEW_VALUES = 10;

/**
 * Compares numbers or dates with the reference's. Values that are neither missing nor a number are a bin of their own. Dates
 * move on by their nature: unless they are asked for, only their gaps are compared.
 */
export function compareNumbers(
  reference: NumericSketch,
  column: Column,
  options: { readonly compareDates: boolean },
): MeasuredFeature {
  const current = readNumbers(reference.kind, column);
  const sorted = current.values.sort();
  const gaps = {
    reference: [reference.count, 0, reference.missing],
    current: [sorted.length, current.other, current.missing],
  };
  // A gap or two are too few for the test: then the values speak alone.
  const enough = poolRare(gaps.reference, gaps.current);
  const gapTest = chiSquared(enough.a, enough.b);
  const about = { name: reference.name, kind: reference.kind, note: noteOf(reference, current.other, sorted) };
  if (reference.kind === "date" && !options.compareDates) {
    const psi = populationStability(gaps.reference, gaps.current);
    return { ...about, psi, test: "chi2", ...gapTest };
  }
  const bins = binsOf(reference, sorted);
  const psi = populationStability(
    [...bins.reference, ...gaps.reference.slice(1)],
    [...bins.current, ...gaps.current.slice(1)],
  );
  if (sorted.length === 0) return { ...about, psi, test: "chi2", ...gapTest };
  // All of them: thinned values would let the current rows' own steps blur.
  const values = kolmogorovSmirnov(reference.distribution, toDistribution(sorted, sorted.length));
  if (enough.a.length < 2) return { ...about, psi, test: "ks", ...values };
  // Two tests of one feature: the surer counts, at twice its p-value (Bonferroni).
  const byGaps = gapTest.pValue < values.pValue;
  const { statistic, pValue } = byGaps ? gapTest : values;
  return { ...about, psi, test: byGaps ? "chi2" : "ks", statistic, pValue: Math.min(1, 2 * pValue) };
}

function readNumbers(
  kind: NumericSketch["kind"],
  column: Column,
): { readonly values: Float64Array; readonly missing: number; readonly other: number } {
  const read = kind === "date" ? asDate : asNumber;
  const values = new Float64Array(column.length);
  let [count, missing, other] = [0, 0, 0];
  for (let index = 0; index < column.length; index += 1) {
    const value = column.at(index);
    const number = isMissing(value) ? null : read(value);
    if (number !== null) {
      values[count] = number;
      count += 1;
    } else if (isMissing(value)) missing += 1;
    else other += 1;
  }
  return { values: values.subarray(0, count), missing, other };
}

function binsOf(
  { distribution, deciles }: NumericSketch,
  sorted: Float64Array,
): { readonly reference: readonly number[]; readonly current: readonly number[] } {
  const { values } = distribution;
  if (values.length > FEW_VALUES) return { reference: deciles.counts, current: countInBins(deciles.edges, sorted) };
  // One bin a value, and one for all that the reference never had.
  const current = new Array<number>(values.length + 1).fill(0);
  for (const value of sorted) {
    const found = values.indexOf(value);
    const bin = found < 0 ? values.length : found;
    current[bin] = (current[bin] ?? 0) + 1;
  }
  return { reference: [...countsOf(distribution), 0], current };
}

function countsOf({ upTo }: Distribution): number[] {
  return upTo.map((count, index) => count - (upTo[index - 1] ?? 0));
}

function noteOf(reference: NumericSketch, other: number, sorted: Float64Array): string {
  const notes: string[] = [];
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) notes.push("no values");
  else if (reference.kind === "date")
    notes.push(`${dateText(reference.min)}…${dateText(reference.max)} → ${dateText(first)}…${dateText(last)}`);
  else notes.push(meansText(reference, sorted));
  if (other > 0)
    notes.push(
      `${shareText(other / (other + sorted.length))} ${reference.kind === "date" ? "no dates" : "no numbers"}`,
    );
  return notes.join(", ");
}

/** The means, or where these hide it the deviations. */
function meansText(reference: NumericSketch, sorted: Float64Array): string {
  const { mean, deviation } = moments(sorted);
  const digits = Math.abs(mean - reference.mean) < Math.abs(reference.mean) * 1e-3 ? 6 : 4;
  if (mean === reference.mean) return `mean ${numberText(mean)}`;
  const means = `mean ${numberText(reference.mean, digits)} → ${numberText(mean, digits)}`;
  const spread = deviation / reference.deviation;
  const shift = Math.abs(mean - reference.mean) / (reference.deviation || 1);
  return shift < 0.2 && (spread > 1.25 || spread < 0.8)
    ? `${means}, deviation ${numberText(reference.deviation, 4)} → ${numberText(deviation, 4)}`
    : means;
}
