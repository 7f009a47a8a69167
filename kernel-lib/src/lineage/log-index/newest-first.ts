import { compareHlc } from "../clock.js";
import type { StoredRecord } from "../run-record.js";

/** As lists of runs are sorted. */
export function newestFirst(a: Pick<StoredRecord, "hlc" | "run">, b: Pick<StoredRecord, "hlc" | "run">): number {
  return compareHlc(b.hlc, a.hlc) || (a.run < b.run ? 1 : a.run > b.run ? -1 : 0);
}
