import { ageMs } from "../lineage/age-ms.js";
import { findProjectRoot } from "../lineage/project.js";
import { readRetention } from "../lineage/read-retention.js";
import { type Retained, type Retention, retainLog } from "../lineage/retain-log.js";
import { UsageError } from "../pipeline/run/usage-error.js";

export interface RetainFlags {
  readonly keep?: string;
  readonly runs?: string;
  readonly dryRun?: boolean;
}

/** Takes out of this project's log what is older than the flags, else the catalog, say. */
export function retainInProject({ keep, runs, dryRun = false }: RetainFlags): Retained {
  const root = findProjectRoot();
  const retention = keep === undefined && runs === undefined ? readRetention(root) : readFlags(keep, runs);
  if (retention === null)
    throw new UsageError(
      'Cannot tell what to keep: give --keep AGE or --runs N, or write "retention": {"keep": "90d"} into .tagline/catalog.json',
    );
  return retainLog(root, retention, { dryRun });
}

function readFlags(keep: string | undefined, runs: string | undefined): Retention {
  const age = keep === undefined ? null : ageMs(keep);
  if (keep !== undefined && age === null)
    throw new UsageError(`Cannot keep ${keep}: --keep takes an age such as 12h or 90d`);
  if (runs !== undefined && !/^\d+$/.test(runs))
    throw new UsageError(`Cannot keep ${runs} runs: --runs takes a whole number`);
  return { ...(age === null ? {} : { ageMs: age }), ...(runs === undefined ? {} : { runs: Number(runs) }) };
}

export function formatRetained({ events, runs, objects, needed }: Retained, isDryRun: boolean): string {
  const lines = needed.map(({ run, reason }) => `stays: run ${run}, as ${reason}`);
  if (lines.length > 10) lines.splice(10, Number.POSITIVE_INFINITY, `stay: ${needed.length - 10} more that are needed`);
  const size = `${runs.length} runs (${events} events), and ${objects.length} stored objects`;
  if (events === 0) lines.push("Nothing is older than what is kept.");
  else
    lines.push(isDryRun ? `Would take out ${size}.` : `Took out ${size}. The log says that, and its chains are valid.`);
  return `${lines.join("\n")}\n`;
}
