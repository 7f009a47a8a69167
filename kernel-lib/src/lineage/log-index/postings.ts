import { type KeyKind, keyOf, kindOf, partsOf, toPart } from "./index-key.js";

/** Kinds whose keys have two parts, of which the second may be empty. */
const PAIRS: ReadonlySet<string> = new Set<KeyKind>(["metric-in", "read", "write", "file", "cell", "shared"]);

/** Runs by what they are found by. Made of maps in maps: most events bring keys that are there, and no text is made for them. */
export class Postings {
  readonly #kinds = new Map<string, Map<string, Map<string, string[]>>>();

  /** @returns true if the key is new */
  add(run: string, kind: KeyKind, first: string, second: string): boolean {
    const firsts = child(this.#kinds, kind);
    const seconds = child(firsts, toPart(first));
    const place = toPart(second);
    const runs = seconds.get(place);
    if (runs === undefined) {
      seconds.set(place, [run]);
      return true;
    }
    // Mostly a run's events follow each other; what comes twice all the same is told once by who asks.
    if (runs.at(-1) !== run) runs.push(run);
    return false;
  }

  /** Some may come twice. */
  get(key: string): readonly string[] {
    const [first = "", second = ""] = partsOf(key);
    return this.#kinds.get(kindOf(key))?.get(first)?.get(second) ?? [];
  }

  keys(): string[] {
    const keys: string[] = [];
    // The maps' own names of kinds.
    for (const [kind, firsts] of this.#kinds)
      for (const [first, seconds] of firsts)
        for (const second of seconds.keys())
          keys.push(PAIRS.has(kind) ? keyOf(kind as KeyKind, first, second) : keyOf(kind as KeyKind, first));
    return keys;
  }
}

function child<T>(map: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = new Map<string, T>();
  map.set(name, made);
  return made;
}
