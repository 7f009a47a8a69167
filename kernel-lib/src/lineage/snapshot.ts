import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunEnvironment } from "./events.js";
import { projectFiles } from "./project.js";
import type { LogTail } from "./read-log.js";
import { continuesFrom, type SegmentPosition } from "./read-segment.js";
import { openPlace, type SegmentScan, scanSegments } from "./segment-folder.js";
import type { RunFold, StoredFold, StoredRecord } from "./run-record.js";

/** Counted up with every change of what is stored: another one is thrown away. */
const FORMAT = 1;

interface Header {
  readonly format: number;
  /** sha256 (hex) of all that follows. */
  readonly sha256: string;
  readonly segments: readonly StoredSegment[];
  readonly fold: StoredFold;
  /** Runs share theirs, mostly. */
  readonly environments: readonly RunEnvironment[];
}

interface StoredSegment extends SegmentPosition {
  readonly writer: string;
  /** Of the segment when it was read to its end; null if there was more by then. */
  readonly mtimeMs: number | null;
}

/** The fold of the whole log, kept between processes: a header, then a line for each run. Only ever a cache. */
function snapshotPath(root: string): string {
  return join(projectFiles(root).folder, "cache", "lineage", "fold.jsonl");
}

/**
 * Fills an empty fold and its tail from the snapshot.
 *
 * @returns false, with both untouched, if there is none, or it is not of this log as it is now
 */
export function restoreSnapshot(root: string, tail: LogTail, fold: RunFold): boolean {
  try {
    const bytes = readFileSync(snapshotPath(root));
    const newline = bytes.indexOf(0x0a);
    // Written by `saveSnapshot` in this very format, of which the header is looked at first.
    const header = JSON.parse(bytes.toString("utf8", 0, newline)) as Header;
    const rest = bytes.subarray(newline + 1);
    if (header.format !== FORMAT || hash("sha256", rest) !== header.sha256) return false;
    const scan = scanSegments(projectFiles(root).lineage);
    if (!header.segments.every((segment) => isSame(scan, segment))) return false;
    fold.restore(header.fold, parseRuns(rest, header.environments));
    tail.restore(header.segments.map(({ writer, bytes, events, hash }) => [writer, { bytes, events, hash }]));
    return true;
  } catch {
    return false;
  }
}

function isSame(scan: SegmentScan, { writer, mtimeMs, ...position }: StoredSegment): boolean {
  const place = scan.find(writer);
  if (place === null || place.size < position.bytes) return false;
  if (place.size === position.bytes)
    return place.compacted === null ? place.mtimeMs === mtimeMs : place.compacted.section.hash === position.hash;
  const segment = openPlace(place);
  try {
    return continuesFrom(segment, position);
  } finally {
    segment.close();
  }
}

/** JSON has no NaN: odd numbers are strings. */
type StoredMetrics = Readonly<Record<string, number | string>>;

type RunLine = Omit<StoredRecord, "started" | "digest"> & {
  readonly digest: Omit<StoredRecord["digest"], "metrics"> & { readonly metrics: StoredMetrics };
  readonly started:
    | (Omit<NonNullable<StoredRecord["started"]>, "environment"> & { readonly environment: number })
    | null;
};

function parseRuns(bytes: Buffer, environments: readonly RunEnvironment[]): StoredRecord[] {
  const text = bytes.toString("utf8");
  // One array is parsed faster than as many lines.
  const lines = JSON.parse(`[${text.trimEnd().replaceAll("\n", ",")}]`) as RunLine[];
  return lines.map(({ started, digest: { metrics, ...digest }, ...rest }) => {
    const run = { ...rest, digest: { ...digest, metrics: mapMetrics(metrics, Number) } };
    if (started === null) return { ...run, started };
    const environment = environments[started.environment];
    if (environment === undefined) throw new Error("Cannot find the environment of a run in the snapshot");
    return { ...run, started: { ...started, environment } };
  });
}

function mapMetrics<T>(metrics: StoredMetrics, to: (value: number | string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, to(value)]));
}

/** Writes the snapshot; where it cannot be written, the next process reads the log again. */
export function saveSnapshot(root: string, tail: LogTail, fold: RunFold): void {
  if (tail.problems.some(({ kind }) => kind !== "torn")) return;
  const path = snapshotPath(root);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const { lineage, folder } = projectFiles(root);
    const scan = scanSegments(lineage);
    // Nobody reads a log and finds a folder made for it.
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return;
    const segments = [...tail.positions].map(([writer, position]): StoredSegment => {
      const place = scan.find(writer);
      return { writer, ...position, mtimeMs: place?.size === position.bytes ? place.mtimeMs : null };
    });
    const environments = new Map<string, number>();
    const lines: string[] = [];
    for (const { started, digest, ...rest } of fold.storeRuns()) {
      const metrics = mapMetrics(digest.metrics, (value) => (Number.isFinite(value) ? value : String(value)));
      const run = { ...rest, digest: { ...digest, metrics } };
      if (started === null) lines.push(JSON.stringify({ ...run, started }));
      else {
        const environment = JSON.stringify(started.environment);
        const place = environments.get(environment) ?? environments.size;
        environments.set(environment, place);
        lines.push(JSON.stringify({ ...run, started: { ...started, environment: place } }));
      }
    }
    const body = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    const header: Header = {
      format: FORMAT,
      sha256: hash("sha256", body),
      segments,
      fold: fold.store(),
      environments: [...environments.keys()].map((text) => JSON.parse(text) as RunEnvironment),
    };
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]));
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
