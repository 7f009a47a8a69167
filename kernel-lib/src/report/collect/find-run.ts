import { closestNames } from "../../lineage/closest.js";
import type { LogReader } from "../../lineage/reader.js";
import type { RunRecord } from "../../lineage/run-record.js";

/** Letters of a run's id from which it may be shortened. */
const SHORTEST = 6;

/**
 * The run of a name: an id, the beginning of one, or `latest` (the newest pipeline run, else the newest session).
 *
 * @param notebook only runs of this notebook, as the log names it
 * @throws {Error} "Cannot report …" if there is none or more than one
 */
export function findRun(reader: LogReader, asked: string, notebook: string | null = null): RunRecord {
  const name = asked.replace(/^run:/, "");
  const all = reader.records().filter((record) => notebook === null || record.started?.notebook === notebook);
  const of = notebook === null ? "" : ` of ${notebook}`;
  if (all.length === 0) {
    throw new Error(
      `Cannot report ${asked}: there is no run${of} in ${reader.root} yet. Start one: tagline run NOTEBOOK`,
    );
  }
  if (name === "latest") {
    const [first] = all;
    const newest = all.find((record) => record.started?.runKind === "pipeline") ?? first;
    if (newest) return newest;
  }
  const upper = name.toUpperCase();
  const found = all.filter(({ run }) => run === upper || (name.length >= SHORTEST && run.startsWith(upper)));
  const [match, ...more] = found;
  if (match && more.length === 0) return match;
  if (match)
    throw new Error(
      `Cannot report ${asked}: it may mean ${found
        .slice(0, 5)
        .map(({ run }) => run)
        .join(", ")}.`,
    );
  const close = closestNames(
    upper,
    all.map(({ run }) => run),
  ).filter((run) => differsBy(run, upper) <= 3);
  const hint =
    close.length > 0
      ? `Did you mean ${close.join(" or ")}?`
      : `The latest are ${all
          .slice(0, 3)
          .map(({ run }) => run)
          .join(", ")}; see: tagline runs`;
  throw new Error(`Cannot report ${asked}: there is no run${of} of that name. ${hint}`);
}

/** Ids of one day share their first half: only nearly equal ones are worth a guess. */
function differsBy(a: string, b: string): number {
  return (
    Math.abs(a.length - b.length) + [...a].filter((letter, index) => index < b.length && letter !== b[index]).length
  );
}
