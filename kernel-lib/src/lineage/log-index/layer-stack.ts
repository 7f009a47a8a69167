import type { StoredRecord } from "../run-record.js";
import { keyOf } from "./index-key.js";
import type { LayerState, SegmentBlocks } from "./layer.js";
import { mergeBlocks, mergeStates, type WholeLayer } from "./merge-layers.js";
import { newestFirst } from "./newest-first.js";

interface Cursor {
  /** The layer's place in the stack. */
  readonly of: number;
  readonly next: () => StoredRecord | null;
  current: StoredRecord;
}

/** Layers that lie on each other, asked as one. */
export class LayerStack {
  readonly #layers: readonly WholeLayer[];
  /** Of runs that several of the lower layers have, the uppermost. */
  readonly #uppermost = new Map<string, number>();

  /** @param layers the uppermost first; only that one may still change */
  constructor(layers: readonly WholeLayer[]) {
    this.#layers = layers;
    for (const [of, { updates }] of layers.entries())
      if (of > 0) for (const run of updates) if (!this.#uppermost.has(run)) this.#uppermost.set(run, of);
  }

  get layers(): readonly WholeLayer[] {
    return this.#layers;
  }

  get state(): LayerState {
    return mergeStates(this.#layers.map(({ state }) => state));
  }

  get count(): number {
    return this.#layers.reduce((sum, { count, updates }) => sum + count - updates.length, 0);
  }

  record(run: string): StoredRecord | null {
    const key = keyOf("run", run);
    for (const layer of this.#layers) for (const place of layer.find(key)) return layer.run(place);
    return null;
  }

  /**
   * Newest first, each once, read as they are asked for.
   *
   * @param key those that it finds; null for all
   */
  *runs(key: string | null): Generator<StoredRecord> {
    const cursors = this.#layers.flatMap((layer, of) => cursorOf(layer, of, key) ?? []);
    let last: string | null = null;
    while (cursors.length > 0) {
      // Of a run that several have, the uppermost comes first: the layers stand in that order.
      const first = cursors.reduce((best, cursor) => (newestFirst(cursor.current, best.current) < 0 ? cursor : best));
      const { current, of } = first;
      if (current.run !== last) {
        last = current.run;
        yield this.#newestOf(current, of);
      }
      const following = first.next();
      if (following === null) cursors.splice(cursors.indexOf(first), 1);
      else first.current = following;
    }
  }

  /** Keys that begin like this, in the order of their letters, each once. */
  *keys(prefix: string): Generator<string> {
    const cursors = this.#layers.flatMap((layer) => {
      const iterator = layer.keys(prefix)[Symbol.iterator]();
      const first = iterator.next();
      return first.done ? [] : [{ iterator, current: first.value[0] }];
    });
    let last: string | null = null;
    while (cursors.length > 0) {
      const first = cursors.reduce((least, cursor) => (cursor.current < least.current ? cursor : least));
      if (first.current !== last) yield first.current;
      last = first.current;
      const following = first.iterator.next();
      if (following.done) cursors.splice(cursors.indexOf(first), 1);
      else first.current = following.value[0];
    }
  }

  /** Where all events stand. */
  blocks(): SegmentBlocks {
    return mergeBlocks(this.#layers);
  }

  /** A layer above may know more of the run than the one that found it. */
  #newestOf(record: StoredRecord, of: number): StoredRecord {
    if (of === 0) return record;
    const [top] = this.#layers;
    const key = keyOf("run", record.run);
    if (top !== undefined && top.count > 0) for (const place of top.find(key)) return top.run(place);
    const upper = this.#uppermost.get(record.run);
    if (upper === undefined || upper >= of) return record;
    const layer = this.#layers[upper];
    for (const place of layer?.find(key) ?? []) return layer?.run(place) ?? record;
    return record;
  }
}

function cursorOf(layer: WholeLayer, of: number, key: string | null): Cursor | null {
  const records = (key === null ? layer.runs() : layer.find(key))[Symbol.iterator]();
  const next = (): StoredRecord | null => {
    const found = records.next();
    if (found.done) return null;
    return typeof found.value === "number" ? layer.run(found.value) : found.value;
  };
  const current = next();
  return current === null ? null : { of, next, current };
}
