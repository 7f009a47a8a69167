/**
 * Added to each bin's count before shares are taken, so that a bin that is empty on one side costs a finite amount, one
 * that shrinks as rows grow. It is the weight of Jeffreys' prior for a multinomial.
 */
const PSEUDO_COUNT = 0.5;

/**
 * The population stability index of two sets of counts over the same bins: Σ (q - p) ln(q / p), the symmetrised
 * Kullback-Leibler divergence of the two shares (Jeffreys 1946; named PSI in Siddiqi, Credit Risk Scorecards, 2006).
 * By that book's custom below 0.1 is stable and 0.2 or more a shift. Bins that are empty on both sides do not count.
 */
export function populationStability(reference: readonly number[], current: readonly number[]): number {
  const bins = reference
    .map((count, bin) => ({ a: count, b: current[bin] ?? 0 }))
    .filter(({ a, b }) => a + b > 0)
    .map(({ a, b }) => ({ a: a + PSEUDO_COUNT, b: b + PSEUDO_COUNT }));
  const sumA = bins.reduce((sum, { a }) => sum + a, 0);
  const sumB = bins.reduce((sum, { b }) => sum + b, 0);
  return bins.reduce((sum, { a, b }) => {
    const p = a / sumA;
    const q = b / sumB;
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}
