import { setTimeout as wait } from "node:timers/promises";
import { typeOfValue } from "../../artifacts/bundle.js";
import { CannotStoreError, type Classes, hashValues, saveBundle, summarize } from "../../artifacts/index.js";
import { refuseSecrets } from "../../artifacts/refuse-secrets.js";
import { hashParts, partsOf } from "../../artifacts/value-parts.js";
import type { CellTrace } from "../../lineage/cell-trace.js";
import type { SessionValue, ValuesHashed } from "../../lineage/events.js";
import { knowsSecrets } from "../../lineage/known-secrets.js";
import { untracked } from "../../track/cell-context.js";
import { crossingNames, type TaggedCell } from "./crossing-names.js";
import { valueSize } from "./value-size.js";

export interface IdleHashesOptions {
  /** The session's cells as they ran last, with the tags that they have now. */
  readonly cells: () => readonly TaggedCell[];
  readonly valueOf: (name: string) => unknown;
  /** Writes to the session's log. */
  readonly record: (event: ValuesHashed) => Promise<void>;
  readonly run: string;
  readonly clock?: () => Date;
  /** Milliseconds that the kernel must have been idle before small values are hashed, and large ones. */
  readonly idleMs?: { readonly small: number; readonly large: number };
}

/** What is hashed as soon as the kernel has a moment (some 20 ms), and what at all (some seconds). */
const SMALL = 50_000;
const LARGE = 2_000_000;
const FINISH_MS = 500;

/**
 * Hashes, while the kernel has nothing else to do, the values that the tagged notebook hands from step to step, so that
 * `tagline verify` can compare a clean run with them. It stops between two values when a cell comes in, and goes on afterwards.
 */
export class IdleHashes {
  readonly #options: IdleHashesOptions;
  /** Execution count of the cell that changed a name last. */
  readonly #changed = new Map<string, number>();
  /** Of each name the count whose value is in the log. */
  readonly #told = new Map<string, number>();
  #idle: AbortController | null = null;

  constructor(options: IdleHashesOptions) {
    this.#options = options;
  }

  /** A cell ended: what it changed has to be hashed anew. */
  cellFinished(count: number, { writes, mutates }: CellTrace): void {
    for (const name of [...writes, ...mutates]) this.#changed.set(name, count);
  }

  /** The kernel has nothing to do from now on. */
  rest(): void {
    this.#idle?.abort();
    const idle = new AbortController();
    this.#idle = idle;
    // Whatever goes wrong here is no cell's affair: what is not told is unknown.
    void untracked(() => this.#work(idle.signal)).catch(() => {});
  }

  /** The kernel has something to do. */
  wake(): void {
    this.#idle?.abort();
    this.#idle = null;
  }

  /** The kernel is about to end: what is small and not hashed yet is hashed now, as far as half a second takes it. */
  async finish(): Promise<void> {
    this.wake();
    if (this.#changed.size === 0) return;
    await untracked(() => this.#hash(this.#untold(), SMALL, AbortSignal.timeout(FINISH_MS))).catch(() => {});
  }

  #untold(): string[] {
    return [...crossingNames(this.#options.cells())].filter(
      (name) => this.#changed.has(name) && this.#told.get(name) !== this.#changed.get(name),
    );
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { small, large } = this.#options.idleMs ?? { small: 200, large: 3000 };
    if (this.#changed.size === 0) return;
    await wait(small, undefined, { signal, ref: false });
    const later = await this.#hash(this.#untold(), SMALL, signal);
    if (later.length === 0) return;
    await wait(large - small, undefined, { signal, ref: false });
    const left = await this.#hash(later, LARGE, signal);
    await this.#tell(left.map((name) => [name, { hash: null, why: "it is too large to be hashed in idle time" }]));
  }

  /** Hashes what is no larger than `limit`; gives the others. */
  async #hash(names: readonly string[], limit: number, signal: AbortSignal): Promise<string[]> {
    const larger: string[] = [];
    const told: [string, Described][] = [];
    const classes = this.#classes();
    try {
      for (const name of names) {
        const value = this.#options.valueOf(name);
        if (valueSize(value, limit) > limit) larger.push(name);
        else {
          const pause = async (): Promise<void> => wait(0, undefined, { signal, ref: false });
          const described = await describe(name, value, { classes, pause });
          // A tensor's numbers are waited for: a cell may have changed them meanwhile.
          if (!signal.aborted) told.push([name, described]);
        }
        // A cell that came in is taken off the wire here.
        await wait(0, undefined, { signal, ref: false });
      }
    } finally {
      // What is done is kept although a cell came in: nothing has changed yet.
      await this.#tell(told);
    }
    return larger;
  }

  async #tell(values: readonly [name: string, value: Described][]): Promise<void> {
    const { record, run, clock = () => new Date() } = this.#options;
    const known = values.flatMap(([name, value]): SessionValue[] => {
      const count = this.#changed.get(name);
      return count === undefined ? [] : [{ name, count, ...value }];
    });
    if (known.length === 0) return;
    for (const { name, count } of known) this.#told.set(name, count);
    await record({ kind: "values.hashed", run, at: clock().toISOString(), values: known });
  }

  /** Classes that cells declared: steps know their instances by the same names. */
  #classes(): Classes {
    const found: Record<string, Classes[string]> = {};
    for (const { facts } of this.#options.cells()) {
      for (const { name, kind } of facts.declarations) {
        const value = kind === "class" ? this.#options.valueOf(name) : undefined;
        if (typeof value === "function") found[name] = value;
      }
    }
    return found;
  }
}

type Described = Omit<SessionValue, "name" | "count">;

/** Nothing is stored: a value's bytes are made to see that no secret stands in them. */
const nowhere = {
  put: async (bytes: Uint8Array): Promise<string> => {
    refuseSecrets(bytes);
    return "";
  },
};

async function describe(
  name: string,
  value: unknown,
  { classes, pause }: { readonly classes: Classes; readonly pause: () => Promise<void> },
): Promise<Described> {
  try {
    if (knowsSecrets()) await saveBundle(nowhere, { [name]: value }, { classes });
    const { [name]: hash = null } = await hashValues({ [name]: value }, { classes });
    const parts = partsOf(value);
    return {
      hash,
      type: typeOfValue(value),
      summary: summarize(value),
      ...(parts === null || parts.rows === null ? {} : { rows: parts.rows }),
      ...(parts === null || parts.names.length > PARTS_AT_MOST
        ? {}
        : { parts: await hashParts(parts, { classes, pause }) }),
    };
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    const why = error instanceof CannotStoreError ? error.message : "it could not be read";
    return { hash: null, why };
  }
}

/** A table has fewer columns; an object used as a dictionary is told as a whole. */
const PARTS_AT_MOST = 200;
