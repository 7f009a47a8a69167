import type { RequestServed } from "./events.js";
import { LogTail } from "./read-log.js";

/** A ULID, or the beginning of one that nothing else in a log is likely to share. */
const ID = /^[0-9A-HJKMNP-TV-Z]{10,26}$/i;

/** The request that was answered under this id (or its beginning, ten letters or more); null if there is none. */
export function findRequest(root: string, name: string): RequestServed | null {
  if (!ID.test(name)) return null;
  const wanted = name.toUpperCase();
  let found: RequestServed | null = null;
  // Requests are many and hardly ever asked for: none is kept in memory.
  new LogTail(root).refresh((events) => {
    for (const { event } of events) if (event.kind === "request.served" && event.id.startsWith(wanted)) found = event;
  });
  return found;
}
