import { resolve } from "node:path";
import { findProjectRoot } from "../lineage/project.js";
import { parseRunFilter, type RunFilter } from "../lineage/questions/run-filter.js";
import { parseRunOrder, type RunOrder } from "../lineage/questions/run-order.js";
import { eachRun, type RunSummary } from "../lineage/runs.js";
import { duration } from "../pipeline/run/print-progress.js";
import { shortPath } from "../pipeline/run/run-files.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";
import { table } from "./table.js";

export interface RunsFlags {
  readonly filter?: string;
  readonly sort: readonly string[];
  readonly author?: string;
  readonly notebook?: string;
  readonly limit?: string;
}

interface FoundRuns {
  readonly runs: readonly RunSummary[];
  /** Of the whole project. */
  readonly total: number;
}

/** The runs that the flags mean, in the order that they ask for. */
export function projectRuns({ filter, sort, author, notebook, limit }: RunsFlags, streams: CliStreams): FoundRuns {
  const root = findProjectRoot();
  const tests: RunFilter[] = [];
  if (filter !== undefined) tests.push(read(() => parseRunFilter(filter)));
  const orders = sort.map((text) => read(() => parseRunOrder(text)));
  const count = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  if (!(count > 0)) throw new UsageError(`Cannot list ${limit ?? ""} runs: --limit takes a number above 0`);
  if (author !== undefined) {
    const part = author.toLowerCase();
    tests.push((run) => run.author.toLowerCase().includes(part));
  }
  if (notebook !== undefined) {
    const names = [notebook, shortPath(root, resolve(notebook))];
    tests.push((run) => run.notebook !== null && names.includes(run.notebook));
  }
  const reader = openProject(streams, root);
  const found: RunSummary[] = [];
  for (const run of eachRun(reader)) {
    if (tests.every((test) => test(run))) found.push(run);
    // Only an order of one's own needs them all.
    if (orders.length === 0 && found.length >= count) break;
  }
  if (orders.length > 0) found.sort(inOrder(orders));
  return { runs: found.slice(0, count), total: reader.runCount };
}

export function formatRuns({ runs, total }: FoundRuns): string {
  if (total === 0) return "No runs yet. Start one: tagline run NOTEBOOK\n";
  if (runs.length === 0) return `None of the ${total} runs is meant by this.\n`;
  const authors = new Set(runs.map(({ author }) => author));
  const rows = runs.map((run) => [
    run.run,
    run.kind,
    run.status,
    run.startedAt.replace("T", " ").slice(0, 19),
    run.durationMs === null ? "" : duration(run.durationMs),
    run.notebook ?? "",
    // Of a single person's project the name would only take room.
    authors.size > 1 ? run.author.replace(/ <.*>$/, "") : "",
    metricsOf(run),
  ]);
  return `${table(["run", "kind", "status", "started (UTC)", "time", "notebook", "author", "metrics"], rows).join("\n")}\n`;
}

/** More than these would only fill the screen; `--json` has all. */
const MOST_METRICS = 8;

function metricsOf({ metrics }: RunSummary): string {
  const all = Object.entries(metrics);
  const shown = all
    .slice(0, MOST_METRICS)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`)
    .join(", ");
  return all.length > MOST_METRICS ? `${shown} and ${all.length - MOST_METRICS} more` : shown;
}

function inOrder(orders: readonly RunOrder[]): RunOrder {
  return (a, b) => {
    for (const order of orders) {
      const found = order(a, b);
      if (found !== 0) return found;
    }
    return 0;
  };
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
