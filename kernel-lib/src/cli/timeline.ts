import { findRun } from "../lineage/find-run.js";
import { type TimelineEntry, timeline } from "../lineage/questions/timeline.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";
import { align } from "./table.js";

export interface TimelineFlags {
  readonly since?: string;
  readonly until?: string;
  readonly run?: string;
  readonly kind?: string;
  readonly author?: string;
  readonly limit: string;
}

/** What happened in this project. */
export function projectTimeline(
  { since, until, run, limit, ...others }: TimelineFlags,
  streams: CliStreams,
): TimelineEntry[] {
  const count = Number(limit);
  if (!(Number.isInteger(count) && count > 0))
    throw new UsageError(`Cannot show ${limit} events: --limit takes a whole number above 0`);
  const reader = openProject(streams);
  return timeline(reader, {
    ...(since === undefined ? {} : { since: moment(since) }),
    ...(until === undefined ? {} : { until: moment(until) }),
    ...(run === undefined ? {} : { run: findRun(reader, run).run }),
    ...others,
    limit: count,
  });
}

export function formatTimeline(entries: readonly TimelineEntry[]): string {
  if (entries.length === 0) return "Nothing of that kind happened yet.\n";
  const rows = entries.map(({ at, run, text }) => [at.replace("T", " ").slice(0, 19), run ?? "", text]);
  return `${align(rows).join("\n")}\n`;
}

/** `2026-11-24`, an ISO moment, or `2h`, `3d`, `1w` ago. */
function moment(text: string): string {
  const [, amount, unit] = /^(\d+)\s*([mhdw])$/.exec(text) ?? [];
  const lengths: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  const at = unit === undefined ? Date.parse(text) : Date.now() - Number(amount) * (lengths[unit] ?? 0);
  if (Number.isNaN(at))
    throw new UsageError(
      `Cannot read the moment "${text}": write 2026-11-24, 2026-11-24T06:00:00Z, or 30m, 2h, 3d, 1w for so long ago`,
    );
  return new Date(at).toISOString();
}
