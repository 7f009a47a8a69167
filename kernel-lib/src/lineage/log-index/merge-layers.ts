import { compareHlc } from "../clock.js";
import type { StoredRecord } from "../run-record.js";
import type { EventBlock, EventPlace, Last, Layer, LayerState, RequestTally } from "./layer.js";
import { newestFirst } from "./newest-first.js";
import { sumTallies } from "./request-tally.js";
import type { LayerContent } from "./write-layer.js";

/** Anything that can be merged, and knows the kinds of its rare events. */
export type WholeLayer = Layer & { rareKinds(): readonly string[] };

/**
 * What several layers that lie on each other hold, as one.
 *
 * @param layers the uppermost first
 * @param isBelow whether a layer that stays below them has a run
 */
export function mergeLayers(layers: readonly WholeLayer[], isBelow: (run: string) => boolean): LayerContent {
  const places = layers.map(({ count }) => new Int32Array(count));
  const kinds = new Set(layers.flatMap((layer) => layer.rareKinds()));
  return {
    runs: mergeRuns(layers, places),
    keys: () => mergeKeys(layers, places),
    updates: [...new Set(layers.flatMap(({ updates }) => updates))].filter(isBelow),
    state: mergeStates(layers.map(({ state }) => state)),
    blocks: mergeBlocks(layers),
    spans: [...kinds].map(
      (kind) => [kind, layers.flatMap((layer): readonly EventPlace[] => layer.spans(kind))] as const,
    ),
  };
}

interface Cursor {
  readonly of: number;
  readonly iterator: Iterator<StoredRecord>;
  current: StoredRecord;
  /** Among the layer's runs. */
  place: number;
}

/** @param places filled with each run's place among all, by layer */
function* mergeRuns(layers: readonly Layer[], places: readonly Int32Array[]): Generator<StoredRecord> {
  const cursors: Cursor[] = [];
  for (const [of, layer] of layers.entries()) {
    const iterator = layer.runs()[Symbol.iterator]();
    const first = iterator.next();
    if (!first.done) cursors.push({ of, iterator, current: first.value, place: 0 });
  }
  let last: StoredRecord | null = null;
  let count = 0;
  while (cursors.length > 0) {
    // Of a run that several have, the uppermost comes first: their layers stand in that order.
    const next = cursors.reduce((best, cursor) => (newestFirst(cursor.current, best.current) < 0 ? cursor : best));
    const isAgain = last?.run === next.current.run;
    if (!isAgain) {
      yield next.current;
      last = next.current;
      count += 1;
    }
    const own = places[next.of];
    if (own !== undefined) own[next.place] = count - 1;
    const following = next.iterator.next();
    if (following.done) cursors.splice(cursors.indexOf(next), 1);
    else {
      next.current = following.value;
      next.place += 1;
    }
  }
}

function* mergeKeys(
  layers: readonly Layer[],
  places: readonly Int32Array[],
): Generator<readonly [string, readonly number[]]> {
  const cursors = layers.flatMap((layer, of) => {
    const iterator = layer.keys("")[Symbol.iterator]();
    const first = iterator.next();
    return first.done ? [] : [{ of, iterator, current: first.value }];
  });
  while (cursors.length > 0) {
    const key = cursors.reduce(
      (least, { current }) => (current[0] < least ? current[0] : least),
      cursors[0]?.current[0] ?? "",
    );
    const found = new Set<number>();
    for (const cursor of [...cursors]) {
      if (cursor.current[0] !== key) continue;
      for (const place of cursor.current[1]) found.add(places[cursor.of]?.[place] ?? 0);
      const following = cursor.iterator.next();
      if (following.done) cursors.splice(cursors.indexOf(cursor), 1);
      else cursor.current = following.value;
    }
    yield [key, [...found].sort((a, b) => a - b)];
  }
}

export function mergeStates(states: readonly LayerState[]): LayerState {
  const requests = new Map<string, RequestTally>();
  for (const name of new Set(states.flatMap((state) => [...state.requests.keys()])))
    requests.set(name, sumTallies(states.flatMap((state) => state.requests.get(name) ?? [])));
  return {
    aliases: lastOf(states.map(({ aliases }) => aliases)),
    deployments: lastOf(states.map(({ deployments }) => deployments)),
    requests,
  };
}

function lastOf<T>(all: readonly ReadonlyMap<string, Last<T>>[]): Map<string, Last<T>> {
  const lasts = new Map<string, Last<T>>();
  for (const [key, last] of all.flatMap((map) => [...map])) {
    const known = lasts.get(key);
    if (known === undefined || compareHlc(known.hlc, last.hlc) < 0) lasts.set(key, last);
  }
  return lasts;
}

export function mergeBlocks(layers: readonly Layer[]): Map<string, readonly EventBlock[]> {
  const merged = new Map<string, readonly EventBlock[]>();
  for (const layer of layers)
    for (const [writer, blocks] of layer.blocks()) {
      const known = merged.get(writer);
      merged.set(writer, known === undefined ? blocks : [...known, ...blocks].sort((a, b) => a.start - b.start));
    }
  return merged;
}
