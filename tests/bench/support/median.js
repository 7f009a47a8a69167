/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/**
 * The 95 % interval of the median that the order of the values gives: no assumption about how they are spread.
 * With fewer than six values it is their whole range.
 *
 * @param {readonly number[]} values at least one
 * @returns {[number, number]}
 */
export function intervalOfMedian(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  // The largest k for which at most 2.5 % of Binomial(n, 1/2) lies below k.
  let below = 0;
  let weight = 0.5 ** n;
  let k = 0;
  while (below + weight <= 0.025) {
    below += weight;
    weight = (weight * (n - k)) / (k + 1);
    k += 1;
  }
  const first = Math.max(k - 1, 0);
  return [sorted[first] ?? Number.NaN, sorted[n - 1 - first] ?? Number.NaN];
}
