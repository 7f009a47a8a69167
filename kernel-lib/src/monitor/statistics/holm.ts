/**
 * Holm's step-down correction (Scand. J. Statist. 6, 1979): p-values that can be held against alpha together. It keeps the
 * chance of even one false alarm in a whole check below alpha, however the features hang together. Benjamini and
 * Hochberg's would find more, but bounds the share of false ones among the alarms instead, and one feature that
 * drifts is enough to wake somebody.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const corrected = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    corrected[index] = largest;
  }
  return corrected;
}
