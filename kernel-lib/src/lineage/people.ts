import { hash, randomBytes } from "node:crypto";
import type { EventEnvelope } from "./events.js";
import type { SegmentBytes } from "./segment-bytes.js";

/**
 * Who writes a segment stands once, in its first line: `{"by":"…","salt":"…","author":"…","host":"…"}`. Its events name that line by
 * `by`, the first 16 digits of sha256(salt + author + host). So the person goes with one line, the chain over the hashes of
 * lines stays, and neither that line's hash nor those of the events lets anybody try out names: the salt is gone.
 */
export interface Person {
  readonly author: string;
  readonly host: string;
}

/** What an event looks like in its line. The first lines that were ever written have author and host themselves. */
type StoredEvent = Omit<EventEnvelope, "author" | "host"> & Partial<Person> & { readonly by?: string };

const START = Buffer.from('{"by":');
const ERASED_PERSON: Person = { author: "(erased)", host: "(erased)" };
const LINE_BYTES = 4096;

/** A segment's first line, without its newline, and the name that its events give it. */
export function personLine({ author, host }: Person): { readonly line: string; readonly by: string } {
  const salt = randomBytes(16).toString("hex");
  const by = hash("sha256", `${salt}${author}${host}`).slice(0, 16);
  return { line: JSON.stringify({ by, salt, author, host }), by };
}

export function isPersonLine(line: string | Buffer): boolean {
  return typeof line === "string" ? line.startsWith('{"by":') : line.subarray(0, START.length).equals(START);
}

/** Gives events of one segment their authors again. */
export class People {
  readonly #segment: SegmentBytes;
  readonly #known = new Map<string, Person>();
  #hasLooked = false;

  constructor(segment: SegmentBytes) {
    this.#segment = segment;
  }

  /** Takes note of a line that says who writes. */
  learn(line: Buffer): Person | null {
    try {
      // Written by `personLine`; another shape counts for nothing.
      const { by, author, host } = JSON.parse(line.toString("utf8")) as Partial<Person> & { readonly by?: unknown };
      if (typeof by !== "string" || typeof author !== "string" || typeof host !== "string") return null;
      const person = { author, host };
      this.#known.set(by, person);
      return person;
    } catch {
      return null;
    }
  }

  /** An event's line as everybody reads it. */
  envelope(line: Buffer): EventEnvelope {
    // Lines of our own writer, whose hash is looked at; what is missing shows in what is made of them.
    const stored = JSON.parse(line.toString("utf8")) as StoredEvent;
    const { v, id, hlc, by, event } = stored;
    if (by === undefined) return stored as EventEnvelope;
    const { author, host } = this.#personOf(by);
    return { v, id, hlc, author, host, event };
  }

  #personOf(by: string): Person {
    const known = this.#known.get(by);
    if (known !== undefined) return known;
    // Whoever goes on in the middle has not met the first line.
    if (!this.#hasLooked) {
      this.#hasLooked = true;
      for (let length = LINE_BYTES; ; length *= 8) {
        const text = this.#segment.read(0, length);
        const newline = text.indexOf(0x0a);
        if (newline < 0 && length < this.#segment.size) continue;
        if (newline >= 0 && isPersonLine(text)) this.learn(text.subarray(0, newline));
        break;
      }
    }
    return this.#known.get(by) ?? ERASED_PERSON;
  }
}
