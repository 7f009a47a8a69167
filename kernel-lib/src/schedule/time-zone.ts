import { UsageError } from "../pipeline/run/usage-error.js";

/** The zone that this machine is set to. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** @throws {UsageError} if there is no such zone */
export function checkTimeZone(timeZone: string): void {
  try {
    formatterOf(timeZone);
  } catch (cause) {
    throw new UsageError(
      `Cannot take ${timeZone} for a time zone: give a name of the IANA list, such as Europe/Berlin or UTC.`,
      { cause },
    );
  }
}

/** What a zone's clocks show more than UTC's at an instant, milliseconds. */
export function offsetMs(ms: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const number = (name: string): number => Number(parts[name]);
  const wall = Date.UTC(
    number("year"),
    number("month") - 1,
    number("day"),
    number("hour"),
    number("minute"),
    number("second"),
  );
  return wall - Math.floor(ms / 1000) * 1000;
}

/** `2026-03-29 03:00:00 +02:00`: what the zone's clocks show, and its offset. Seconds only where there are any. */
export function formatMoment(moment: Date, timeZone: string): string {
  const offset = offsetMs(moment.getTime(), timeZone);
  const wall = new Date(moment.getTime() + offset).toISOString();
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = wall.slice(17, 19) === "00" ? wall.slice(11, 16) : wall.slice(11, 19);
  return `${wall.slice(0, 10)} ${time} ${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Kept, since making one takes far longer than using it. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}
