/** `just now`, `5 min ago`, `3 h ago`, then the date and time. Both in milliseconds since 1970 or ISO 8601. */
export function tellAgo(then: string, nowMs: number): string {
  const ms = Date.parse(then);
  const minutes = Math.floor((nowMs - ms) / 60_000);
  if (Number.isNaN(minutes)) return then;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(ms).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
