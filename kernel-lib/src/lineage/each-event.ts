import type { EventEnvelope } from "./events.js";
import { compareEvents } from "./read-log.js";
import type { LogReader } from "./reader.js";

/** All events in the order of the clock. Holds those in memory that stand together with older ones, and no more. */
export function* eachEvent(reader: LogReader): Generator<EventEnvelope> {
  const blocks = [...reader.blocks()]
    .flatMap(([writer, own]) => own.map((block) => ({ writer, ...block })))
    .sort((a, b) => a.minMs - b.minMs);
  let waiting: EventEnvelope[] = [];
  for (const { writer, start, end, minMs } of blocks) {
    // Whatever came before the block began is complete: all blocks that follow begin later.
    const ready = waiting.findIndex(({ hlc }) => hlc[0] >= minMs);
    yield* waiting.splice(0, ready < 0 ? waiting.length : ready);
    waiting = [...waiting, ...reader.read(writer, [start, end])].sort(compareEvents);
  }
  yield* waiting;
}
