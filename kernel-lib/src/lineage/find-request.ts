import { decodeTime } from "ulid";
import type { RequestServed } from "./events.js";
import type { EventBlock } from "./log-index/layer.js";
import type { LogReader } from "./reader.js";

/** A ULID, or the beginning of one that nothing else in a log is likely to share. */
const ID = /^[0-9A-HJKMNP-TV-Z]{10,26}$/i;
/** A request is logged when it is answered, some time after its id was made. */
const LATE_MS = 10 * 60_000;

/** The request that was answered under this id (or its beginning, ten letters or more); null if there is none. */
export function findRequest(reader: LogReader, name: string): RequestServed | null {
  if (!ID.test(name)) return null;
  const wanted = name.toUpperCase();
  const began = beganAt(wanted);
  const isNear = ({ minMs, maxMs }: EventBlock): boolean => maxMs >= began && minMs <= began + LATE_MS;
  // Where a clock was wrong, or the id is somebody's own, it stands elsewhere.
  return findIn(reader, wanted, isNear) ?? findIn(reader, wanted, (block) => !isNear(block));
}

/** The time that a ULID's first ten letters tell, milliseconds since 1970. */
function beganAt(id: string): number {
  try {
    return decodeTime(id.padEnd(26, "0"));
  } catch {
    return 0;
  }
}

function findIn(reader: LogReader, id: string, isMeant: (block: EventBlock) => boolean): RequestServed | null {
  const bytes = Buffer.from(id);
  // The newest are asked for most: they are looked through first.
  for (const [writer, blocks] of [...reader.blocks()].reverse()) {
    for (const block of [...blocks].reverse()) {
      if (!block.kinds.includes("request.served") || !isMeant(block)) continue;
      const found = reader.read(writer, [block.start, block.end], (line) => line.includes(bytes));
      for (const { event } of found) if (event.kind === "request.served" && event.id.startsWith(id)) return event;
    }
  }
  return null;
}
