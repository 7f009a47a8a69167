import type { CellError } from "../lineage/cell-trace.js";

/** Why a cell did not end well, as the front end is told. */
export interface CellFailure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
  /** For the log. */
  readonly error: CellError;
}

const RED = "\u001b[0;31m";
const PLAIN = "\u001b[0m";

export function headline(ename: string, evalue: string): string {
  return `${RED}${ename}${PLAIN}: ${evalue}`;
}
