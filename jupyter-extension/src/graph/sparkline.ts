/** Points of a polyline in a box of that size, first value at the left, largest at the top. Values that are no numbers are left out. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const points = values.map((value, index) => ({ value, index })).filter(({ value }) => Number.isFinite(value));
  if (points.length === 0) return "";
  const low = Math.min(...points.map(({ value }) => value));
  const high = Math.max(...points.map(({ value }) => value));
  const x = (index: number): number => (values.length < 2 ? 0 : (index / (values.length - 1)) * width);
  const y = (value: number): number => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  return points.map(({ value, index }) => `${round(x(index))},${round(y(value))}`).join(" ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
