import type { ActiveCell } from "./active-cell.js";
import { currentRecorder } from "./cell-context.js";
import type { OngoingQuery } from "./remote-record.js";

/** A statement of the running cell; null where none runs, or where it is no text. */
export function beginQuery(
  system: string,
  statement: unknown,
): { readonly recorder: ActiveCell; readonly query: OngoingQuery } | null {
  const recorder = currentRecorder();
  if (recorder === undefined || recorder.finished || typeof statement !== "string") return null;
  return { recorder, query: recorder.remote.query(system, statement) };
}
