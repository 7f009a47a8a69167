import { dropNamed, dropNamedIn, type Unnamed } from "../lineage/drop-named.js";
import { projectFiles } from "../lineage/project.js";
import type { ArtifactStore, ObjectEntry } from "./artifact-store.js";
import type { StoreNeighbours } from "./neighbours.js";

/** What was collected in one place. */
export interface Garbage {
  readonly place: string;
  /** Objects that went, or with `dryRun` would go. */
  readonly removed: readonly { readonly hash: string; readonly bytes: number }[];
  readonly bytes: number;
  /** Objects that something names. */
  readonly named: number;
  /** Objects that nothing names yet, put too short a time ago to be sure that nobody is about to. */
  readonly young: number;
}

export interface CollectOptions {
  /** Roots of all projects that use the store: what any of them names stays. */
  readonly roots: readonly string[];
  /** Objects put since then stay. Milliseconds since 1970. */
  readonly beforeMs: number;
  readonly dryRun: boolean;
  /** Gives the bytes of an object where they are at hand. */
  readonly look: (hash: string) => Promise<Buffer>;
  /** Who else uses the store, with documents beside the objects. */
  readonly neighbours?: StoreNeighbours;
}

/** Larger objects are bytes of values, which name no others. */
const NAMING_BYTES = 1 << 20;

/**
 * Removes the objects that nothing names and that have been there for a while. A writer puts first and names later, and whoever puts
 * or looks for an object makes it young again: so what is in the hands of a running writer stays.
 */
export async function collectGarbage(store: ArtifactStore, options: CollectOptions): Promise<Garbage> {
  const entries = new Map<string, ObjectEntry>();
  for await (const entry of store.list()) entries.set(entry.hash, entry);
  const unnamed: Unnamed = new Set(entries.keys());
  const named: string[] = [];
  for (const root of options.roots) named.push(...(await dropNamed(projectFiles(root), unnamed)));
  for await (const text of options.neighbours?.texts() ?? []) named.push(...dropNamedIn(text, unnamed));
  // A named object may name others.
  for (let hash = named.pop(); hash !== undefined && unnamed.size > 0; hash = named.pop()) {
    const bytes = entries.get(hash)?.bytes ?? 0;
    if (bytes > NAMING_BYTES) continue;
    const content = await options.look(hash).catch(() => null);
    if (content !== null) named.push(...dropNamedIn(content.toString("latin1"), unnamed));
  }
  const removed: { hash: string; bytes: number }[] = [];
  let young = 0;
  for (const hash of [...unnamed].sort()) {
    const { bytes = 0, atMs = Number.POSITIVE_INFINITY } = entries.get(hash) ?? {};
    if (atMs > options.beforeMs) young += 1;
    else if (options.dryRun || (await store.remove(hash, options.beforeMs))) removed.push({ hash, bytes });
    else young += 1;
  }
  return {
    place: store.place,
    removed,
    bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
    named: entries.size - unnamed.size,
    young,
  };
}
