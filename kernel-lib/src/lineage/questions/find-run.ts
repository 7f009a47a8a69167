import type { RunRecord } from "../run-record.js";
import { UnknownNameError } from "../unknown-name-error.js";

/**
 * The one run that `latest`, `run:ID`, an id or the beginning of one (six letters or more) means.
 *
 * @param records newest first
 * @throws UnknownNameError if none or several are meant
 */
export function findRun(records: readonly RunRecord[], asked: string): RunRecord {
  const name = asked.replace(/^run:/, "");
  const latest = /^latest(?:~(\d+))?$/.exec(name);
  const exact = latest === null ? records.find(({ run }) => run === name) : records[Number(latest[1] ?? 0)];
  if (exact !== undefined) return exact;
  const found = name.length < 6 ? [] : records.filter(({ run }) => run.startsWith(name.toUpperCase()));
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  const candidates = (first === undefined ? records : found).slice(0, 5).map(({ run }) => `run:${run}`);
  if (first !== undefined)
    throw new UnknownNameError(`Cannot tell which run ${asked} is: it may mean ${candidates.join(", ")}`, candidates);
  const hint =
    candidates.length === 0
      ? "nothing has run here yet"
      : `the newest are ${candidates.join(", ")} (tagline runs lists all)`;
  throw new UnknownNameError(`Cannot find the run ${asked}: ${hint}`, candidates);
}
