/** `4201`, `0.0123`, `1.2e-9`: so many digits as tell something. */
export function numberText(value: number, digits = 4): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 10 ** (digits - 1) && size < 1e15) return String(Math.round(value));
  return String(Number(value.toPrecision(digits)));
}

/** `12%`, `0.6%`. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)}%`;
}

/** The day of a moment in milliseconds, in UTC. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
