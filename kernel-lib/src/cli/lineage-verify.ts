import { findProjectRoot } from "../lineage/project.js";
import { FORGIVEN, type LogVerdict, verifyLog } from "../lineage/verify-log.js";

/** The log of this project, checked byte by byte. */
export function verifyProject(): LogVerdict {
  return verifyLog(findProjectRoot());
}

export function formatVerdict({ intact, segments, events, erased, problems }: LogVerdict): string {
  const lines = problems.map(({ kind, message }) => `${FORGIVEN.includes(kind) ? "note" : "WRONG"}: ${message}`);
  const size = `${events} events in ${segments} segments${erased > 0 ? `, ${erased} of them erased on purpose` : ""}`;
  lines.push(
    intact
      ? `The log is intact: ${size}.`
      : `The log is not what was written: ${problems.filter(({ kind }) => !FORGIVEN.includes(kind)).length} places are wrong (${size}).`,
  );
  return `${lines.join("\n")}\n`;
}
