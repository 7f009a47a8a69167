/** `just now`, `5 min ago`, `3 h ago`, then the date and time. Both in milliseconds since 1970 or ISO 8601. */
export function tellAgo(then: string, nowMs: number): string {
  const ms = Date.parse(then);
  const minutes = Math.floor((nowMs - ms) / 60_000);
  if (Number.isNaN(minutes)) return then;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return tellMoment(then, nowMs);
}

/** `14:05` today, `tomorrow 06:00`, `Mon 06:00` within a week, then the date: all in the reader's own time zone and language. */
export function tellMoment(then: string, nowMs: number): string {
  const ms = Date.parse(then);
  if (Number.isNaN(ms)) return then;
  const date = new Date(ms);
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = Math.round((midnight(date) - midnight(new Date(nowMs))) / 86_400_000);
  if (days === 0) return time;
  if (days === 1) return `tomorrow ${time}`;
  if (days === -1) return `yesterday ${time}`;
  if (days > 0 && days < 7) return `${date.toLocaleDateString(undefined, { weekday: "short" })} ${time}`;
  return `${date.toLocaleDateString(undefined, { dateStyle: "medium" })} ${time}`;
}

/** `in less than a minute`, `in 5 min`, `in 3 h`; empty from a day on, where the moment itself says more. */
export function tellUntil(then: string, nowMs: number): string {
  const minutes = Math.ceil((Date.parse(then) - nowMs) / 60_000);
  if (Number.isNaN(minutes) || minutes >= 24 * 60) return "";
  if (minutes <= 1) return minutes <= 0 ? "now" : "in less than a minute";
  return minutes < 60 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`;
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
