import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ulid } from "ulid";
import { OpenSegments } from "../open-segments.js";
import { projectFiles } from "../project.js";
import { LogTail } from "../read-log.js";
import type { SegmentProblem } from "../read-segment.js";
import { RunBodies } from "../run-bodies.js";
import type { StoredRecord } from "../run-record.js";
import { type SegmentScan, scanSegments } from "../segment-folder.js";
import { DiskLayer } from "./disk-layer.js";
import {
  type IndexedSegment,
  indexFolder,
  isOfLog,
  type Manifest,
  readManifest,
  removeIndex,
  type StoredLayer,
  writeManifest,
} from "./index-manifest.js";
import { LayerStack } from "./layer-stack.js";
import { mergeLayers } from "./merge-layers.js";
import { TailLayer } from "./tail-layer.js";
import { writeLayer } from "./write-layer.js";

export interface IndexOptions {
  /** How much of the log is read before what was learned of it is kept for the next process; in bytes. Default 16 MiB. */
  readonly keepBytes?: number;
  /** Told now and then of how many bytes of how many are read. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** While much is read, this much of it is held in memory before it becomes a layer. */
const LAYER_BYTES = 96 << 20;
/** More layers than this are merged, the small ones first. */
const MOST_LAYERS = 8;
/** Refreshes of which it is remembered what they brought. */
const MOST_CHANGES = 500;
/** The log holds problems of a person's making; a million of them tell no more than some. */
const MOST_PROBLEMS = 100;

interface KeptLayer extends StoredLayer {
  readonly layer: DiskLayer;
}

/**
 * An index of a project's log: layers in files for what was read before, and the end of the log in memory. Small enough, that end
 * is read again by each process; else it becomes a layer. Where no file can be written, all of it stays in memory.
 */
export class LogIndex {
  readonly #root: string;
  readonly #keepBytes: number;
  readonly #onProgress: (doneBytes: number, totalBytes: number) => void;
  readonly segments: OpenSegments;
  readonly bodies: RunBodies;
  #log: LogTail;
  #manifest: Manifest | null = null;
  #layers: readonly KeptLayer[] = [];
  #tail: TailLayer;
  #stack: LayerStack;
  /** Of the log, in the tail. */
  #tailBytes = 0;
  #canKeep = true;
  /** Of the segments, taken just now. */
  #scan: SegmentScan | null = null;
  #revision = 0;
  #generation = 0;
  #changes: { readonly revision: number; readonly runs: ReadonlySet<string> }[] = [];

  constructor(root: string, { keepBytes = 16 << 20, onProgress = () => {} }: IndexOptions = {}) {
    this.#root = root;
    this.#keepBytes = keepBytes;
    this.#onProgress = onProgress;
    this.segments = new OpenSegments(projectFiles(root).lineage);
    this.bodies = new RunBodies(this.segments);
    this.#log = new LogTail(root);
    this.#tail = this.#newTail();
    this.#stack = new LayerStack([this.#tail]);
    this.#load();
  }

  get stack(): LayerStack {
    return this.#stack;
  }

  /** Counted up with every refresh that brought something. */
  get revision(): number {
    return this.#revision;
  }

  /** Counted up when what was read before is not the log any more. */
  get generation(): number {
    return this.#generation;
  }

  get problems(): readonly SegmentProblem[] {
    return this.#log.problems;
  }

  /** Runs to which something was added since a revision; null if nobody knows. */
  changedSince(revision: number): ReadonlySet<string> | null {
    if (revision === this.#revision) return new Set();
    const oldest = this.#changes[0]?.revision;
    if (oldest === undefined || revision < oldest - 1) return null;
    return new Set(this.#changes.filter((change) => change.revision > revision).flatMap(({ runs }) => [...runs]));
  }

  /** Bytes of the log that the next refresh will read. */
  pendingBytes(): number {
    return this.#log.unread();
  }

  /** Bytes of the log that are in no layer yet. */
  unkeptBytes(): number {
    return this.#tailBytes + this.pendingBytes();
  }

  /** Reads what was committed since. True if there was anything. */
  refresh(): boolean {
    const scan = this.#scan ?? this.#look();
    this.#scan = null;
    if (this.#log.isStale(scan)) {
      // Somebody removed or replaced part of the log: it is read from the start.
      this.#forget();
      this.refresh();
      return true;
    }
    const runs = new Set<string>();
    const total = this.#log.unread(scan);
    let done = 0;
    let told = 0;
    const changed = this.#log.refresh((events, writer, spans) => {
      this.#tail.add(events, writer, spans, (run) => runs.add(run));
      const bytes = (spans.at(-1) ?? 0) - (spans[0] ?? 0);
      this.#tailBytes += bytes;
      done += bytes;
      if (done - told > 1 << 22) {
        told = done;
        this.#onProgress(done, total);
      }
      if (this.#tailBytes >= LAYER_BYTES) this.#keep();
    }, scan);
    if (changed) {
      this.#revision += 1;
      this.#changes.push({ revision: this.#revision, runs });
      if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
    }
    if (this.#tailBytes >= this.#keepBytes) {
      const other = readManifest(this.#root);
      if (other !== null && other.id !== this.#manifest?.id && isOfLog(other, this.#look())) {
        // Another process has done that work, or part of it.
        if (this.#load()) this.refresh();
        else this.#keep();
      } else this.#keep();
    }
    if (told > 0) this.#onProgress(total, total);
    return changed;
  }

  /** Takes over what another process, or a worker of this one, has indexed since. */
  reload(): void {
    if (readManifest(this.#root)?.id === this.#manifest?.id) return;
    this.#load();
    this.#scan = null;
  }

  /** Reads all of the log again: the index is damaged. */
  rebuild(): void {
    removeIndex(this.#root);
    this.#forget();
    this.refresh();
  }

  #look(): SegmentScan {
    return scanSegments(projectFiles(this.#root).lineage);
  }

  #forget(): void {
    this.#closeLayers();
    this.segments.clear();
    this.bodies.clear();
    this.#manifest = null;
    this.#log = new LogTail(this.#root);
    this.#startTail();
    this.#generation += 1;
    this.#changes = [];
    this.#revision += 1;
  }

  #newTail(): TailLayer {
    const below = new LayerStack([]);
    let stack: LayerStack | null = null;
    return new TailLayer(this.bodies, (run: string): StoredRecord | null => {
      stack ??= this.#layers.length === 0 ? below : new LayerStack(this.#layers.map(({ layer }) => layer));
      return stack.record(run);
    });
  }

  #startTail(): void {
    this.#tail = this.#newTail();
    this.#tailBytes = 0;
    this.#stack = new LayerStack([this.#tail, ...this.#layers.map(({ layer }) => layer)]);
  }

  #closeLayers(): void {
    for (const { layer } of this.#layers) layer.close();
    this.#layers = [];
  }

  /** From the manifest, if it is of this log. */
  #load(): boolean {
    // A process that merges layers takes the old ones away.
    for (let tries = 0; tries < 3; tries += 1) {
      const manifest = readManifest(this.#root);
      if (manifest === null) return false;
      const scan = this.#look();
      if (!isOfLog(manifest, scan)) return false;
      const layers = openLayers(this.#root, manifest);
      if (layers === null) continue;
      this.#closeLayers();
      this.bodies.clear();
      this.#manifest = manifest;
      this.#layers = layers;
      // The refresh that follows need not look again; where others come later, it begins there.
      this.#scan = scan;
      this.#log = new LogTail(this.#root);
      this.#log.restore(
        manifest.segments.map(({ writer, bytes, events, hash }) => [writer, { bytes, events, hash }]),
        manifest.problems,
      );
      this.#startTail();
      this.#revision += 1;
      this.#changes = [];
      return true;
    }
    return false;
  }

  /** Makes a layer of the tail. Where that cannot be done the tail grows on. */
  #keep(): void {
    const { folder } = projectFiles(this.#root);
    // Nobody reads a log and finds a folder made for it.
    if (!this.#canKeep || statSync(folder, { throwIfNoEntry: false }) === undefined) return;
    // Another process may have merged our layers into one of its own: then they are nowhere but here.
    const isWhole = this.#layers.every(({ name }) => existsSync(join(indexFolder(this.#root), name)));
    const merged = this.#layers.slice(0, isWhole ? this.#howManyToMerge() : this.#layers.length);
    const kept = this.#layers.slice(merged.length);
    const name = `${ulid()}.layer`;
    const path = join(indexFolder(this.#root), name);
    try {
      const below = new LayerStack(kept.map(({ layer }) => layer));
      const content = mergeLayers(
        [this.#tail, ...merged.map(({ layer }) => layer)],
        (run) => below.record(run) !== null,
      );
      mkdirSync(indexFolder(this.#root), { recursive: true });
      writeLayer(path, content);
      const layer = new DiskLayer(path);
      const layers = [{ name, bytes: statSync(path).size, layer }, ...kept];
      const manifest = { id: ulid(), segments: this.#segments(), ...this.#toKeep(layers) };
      writeManifest(this.#root, manifest);
      this.#manifest = manifest;
      for (const old of merged) {
        old.layer.close();
        removeFile(join(indexFolder(this.#root), old.name));
      }
      this.#layers = layers;
      this.#startTail();
    } catch (error) {
      removeFile(path);
      if (!(error instanceof Error && "code" in error)) throw error;
      // A full disk, or a folder that is not ours to write.
      this.#canKeep = false;
    }
  }

  #toKeep(layers: readonly KeptLayer[]): Pick<Manifest, "problems" | "layers"> {
    return {
      problems: this.problems.filter(({ kind }) => kind !== "torn").slice(0, MOST_PROBLEMS),
      layers: layers.map(({ name, bytes }) => ({ name, bytes })),
    };
  }

  #segments(): IndexedSegment[] {
    const scan = this.#look();
    return [...this.#log.positions].map(([writer, position]) => {
      const found = scan.find(writer);
      const isWhole = found?.compacted === null && found.size === position.bytes;
      return { writer, ...position, mtimeMs: isWhole ? found.mtimeMs : null };
    });
  }

  /** As many of the uppermost as are small beside what lies on them, once there are too many. */
  #howManyToMerge(): number {
    if (this.#layers.length < MOST_LAYERS) return 0;
    let bytes = 0;
    let count = 0;
    for (const layer of this.#layers) {
      if (count >= MOST_LAYERS / 2 && layer.bytes > 2 * bytes) break;
      bytes += layer.bytes;
      count += 1;
    }
    return count;
  }
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows keeps what another process has open: a later sweep takes it away.
  }
}

function openLayers(root: string, { layers }: Manifest): readonly KeptLayer[] | null {
  const opened: KeptLayer[] = [];
  try {
    for (const stored of layers) opened.push({ ...stored, layer: new DiskLayer(join(indexFolder(root), stored.name)) });
    return opened;
  } catch {
    for (const { layer } of opened) layer.close();
    return null;
  }
}
