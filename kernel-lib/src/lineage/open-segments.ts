import { People } from "./people.js";
import type { SegmentBytes } from "./segment-bytes.js";
import { openSegment } from "./segment-folder.js";

const MOST = 16;
/** The line that says who writes is not longer. */
const FIRST_LINE_BYTES = 1 << 16;

/** Readers are not closed by anybody. */
const forgotten = new FinalizationRegistry<ReadonlyMap<string, SegmentBytes>>((open) => {
  for (const segment of open.values()) segment.close();
});

/** Segments that were asked for last, kept open: looking for one costs more than reading a line of it. */
export class OpenSegments {
  readonly #folder: string;
  readonly #open = new Map<string, SegmentBytes>();
  readonly #people = new Map<string, People>();

  /** @param folder of the segments */
  constructor(folder: string) {
    this.#folder = folder;
    forgotten.register(this, this.#open);
  }

  /** Fewer bytes than asked for where the end comes first, and none where somebody removed the segment. */
  read(writer: string, position: number, length: number): Buffer {
    const known = this.#get(writer, false);
    const bytes = known?.read(position, length);
    if (known === null || bytes === undefined || bytes.length === length) return bytes ?? Buffer.alloc(0);
    // It has grown since, or was moved.
    return this.#get(writer, true)?.read(position, length) ?? bytes;
  }

  /** Who wrote in a segment. */
  people(writer: string): People {
    let people = this.#people.get(writer);
    if (people === undefined) {
      const read = (position: number, length: number): Buffer => this.read(writer, position, length);
      people = new People({ size: FIRST_LINE_BYTES, read, close: () => {} });
      this.#people.set(writer, people);
    }
    return people;
  }

  /** Before the segments may be others. */
  clear(): void {
    this.#people.clear();
    for (const segment of this.#open.values()) segment.close();
    this.#open.clear();
  }

  #get(writer: string, anew: boolean): SegmentBytes | null {
    const known = this.#open.get(writer);
    this.#open.delete(writer);
    if (known !== undefined && !anew) {
      this.#open.set(writer, known);
      return known;
    }
    known?.close();
    const segment = openSegment(this.#folder, writer);
    if (segment === null) return null;
    this.#open.set(writer, segment);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST && oldest !== undefined) {
      this.#open.get(oldest)?.close();
      this.#open.delete(oldest);
      this.#people.delete(oldest);
    }
    return segment;
  }
}
