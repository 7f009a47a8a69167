/** `<0.001`, `0.02`, `0.4`, `1`: as precise as it says something. */
export function tellPValue(p: number): string {
  if (p < 0.001) return "<0.001";
  return String(Number(p.toFixed(p < 0.1 ? 3 : 2)));
}
