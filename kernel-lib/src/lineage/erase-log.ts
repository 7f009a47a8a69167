import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { CompactedFile, SectionSource } from "./compacted-file.js";
import { collectObjects, forgetRuns } from "./erase-objects.js";
import type { EventEnvelope } from "./events.js";
import { changeHeads, readHeads } from "./heads.js";
import { holdLog } from "./hold-log.js";
import { installCompacted, settle } from "./install-compacted.js";
import { isLive } from "./liveness.js";
import { openLog } from "./open-log.js";
import { type ProjectFiles, projectFiles } from "./project.js";
import { eachBatch } from "./read-segment.js";
import { type Batch, type Commit, erasedHash, keptHash, linesOf, tombstone } from "./segment.js";
import { listPlaces, openSegment, type SegmentPlace, scanSegments } from "./segment-folder.js";
import { verifyLog } from "./verify-log.js";

/** What is to go: all that one person did (the name, the address, or both as the log has them), or one run. */
export type ErasedThing = { readonly author: string } | { readonly run: string };

export interface Erasure {
  /** Events that go. */
  readonly events: number;
  readonly runs: readonly string[];
  readonly segments: readonly { readonly writer: string; readonly lines: number }[];
  /** Stored objects that nothing else names: sha256 (hex). */
  readonly objects: readonly string[];
}

export interface EraseOptions {
  /** Only tells what would go. */
  readonly dryRun?: boolean;
}

/**
 * Takes events out of the log for good. In the place of each stays the hash of its line, so that every chain is valid as
 * before; that something was erased, and how much, is itself an event. Runs' folders, snapshots and stored objects that nothing
 * else names go along.
 *
 * @throws Error "Cannot erase …" if the log is not intact, or one that still writes is meant
 */
export function eraseLog(root: string, thing: ErasedThing, { dryRun = false }: EraseOptions = {}): Erasure {
  return dryRun ? erase(root, thing, true) : holdLog(root, "erase", () => erase(root, thing, false));
}

function erase(root: string, thing: ErasedThing, dryRun: boolean): Erasure {
  const files = projectFiles(root);
  const matches = matcher(thing);
  // One that was cut off between a segment and its head is brought to its end first.
  if (!dryRun) settleHeads(files);
  const erased: { readonly place: SegmentPlace; readonly lines: number }[] = [];
  const runs = new Set<string>();
  const erasedText: string[] = [];
  const keptHashes = new Set<string>();
  let events = 0;
  for (const place of listPlaces(scanSegments(files.lineage))) {
    let lines = 0;
    for (const batch of batchesOf(files, place.writer)) {
      for (const line of linesOf(batch.body)) {
        const envelope = erasedHash(line) === null ? parse(line) : null;
        if (envelope === null) continue;
        if (matches(envelope)) {
          lines += 1;
          erasedText.push(line.toString("utf8"));
          if ("run" in envelope.event && envelope.event.run) runs.add(envelope.event.run);
        } else for (const found of line.toString("utf8").match(HASH) ?? []) keptHashes.add(found);
      }
    }
    if (lines === 0) continue;
    if (!dryRun && isLive(files.lineage, place.writer))
      throw new Error(`Cannot erase from ${place.writer}.jsonl: its kernel, run or server still writes. Stop it first`);
    erased.push({ place, lines });
    events += lines;
  }
  const objects = events === 0 ? [] : collectObjects(files, erasedText, keptHashes, runs);
  const segments = erased.map(({ place: { writer }, lines }) => ({ writer, lines }));
  const erasure: Erasure = { events, runs: [...runs].sort(), segments, objects };
  if (dryRun) return erasure;
  if (events > 0) {
    const verdict = verifyLog(root);
    if (!verdict.intact)
      throw new Error(
        "Cannot erase: the log is not what was written (tagline lineage verify), and rewriting it would hide that",
      );
    settle(files);
    note(root, thing, erasure);
    for (const { place } of erased) if (place.compacted === null) rewrite(files, place, matches);
    settleHeads(files);
    for (const file of new Set(erased.flatMap(({ place }) => place.compacted?.file ?? [])))
      repack(files, file, matches);
    forgetRuns(files, erasure.runs, objects);
  }
  rmSync(join(files.folder, "cache", "lineage"), { recursive: true, force: true });
  return erasure;
}

const HASH = /\b[0-9a-f]{64}\b/g;

function matcher(thing: ErasedThing): (envelope: EventEnvelope) => boolean {
  if ("run" in thing) return ({ event }) => "run" in event && event.run === thing.run;
  const wanted = thing.author.trim().toLowerCase();
  return ({ author, event }) => {
    if ((event.kind as string) === "lineage.erased") return false;
    const [, name = "", address = ""] = /^(.*?)\s*(?:<(.*)>)?$/.exec(author.toLowerCase()) ?? [];
    return author.toLowerCase() === wanted || name === wanted || address === wanted;
  };
}

function parse(line: Buffer): EventEnvelope | null {
  try {
    // As `parseLines` has it.
    return JSON.parse(line.toString("utf8")) as EventEnvelope;
  } catch {
    return null;
  }
}

/** Before anything goes, so that no erased line is ever without its note. Whose name goes is not named again. */
function note(root: string, thing: ErasedThing, { segments, runs }: Erasure): void {
  const log = openLog(root, "author" in thing ? { author: "erasure" } : {});
  log.append({
    kind: "lineage.erased",
    what: "author" in thing ? "author" : "run",
    at: new Date().toISOString(),
    runs: "author" in thing ? runs.length : 1,
    segments,
  });
  log.closeSync();
}

function rewrite(
  files: ProjectFiles,
  { writer, path }: SegmentPlace,
  matches: (envelope: EventEnvelope) => boolean,
): void {
  const temporary = `${path}.erasing`;
  const fd = openSync(temporary, "w", statSync(path).mode);
  try {
    for (const bytes of erasedPieces(files, writer, matches)) writeAll(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // A torn tail holds nothing that was acknowledged, and may hold what is to go.
  renameSync(temporary, path);
}

/** Writes a compacted file again, without what is to go. */
function repack(files: ProjectFiles, file: CompactedFile, matches: (envelope: EventEnvelope) => boolean): void {
  const sources = [...file.sections.values()].map(({ start: _start, ...section }): SectionSource => {
    let bytes = 0;
    for (const piece of erasedPieces(files, section.writer, matches)) bytes += piece.length;
    return { section: { ...section, bytes }, pieces: () => erasedPieces(files, section.writer, matches) };
  });
  installCompacted(files, sources, [file]);
}

function* erasedPieces(
  files: ProjectFiles,
  writer: string,
  matches: (envelope: EventEnvelope) => boolean,
): Generator<Buffer> {
  let previous = writer;
  for (const batch of batchesOf(files, writer)) {
    yield erased(batch, previous, matches);
    previous = batch.commit.hash;
  }
}

function erased({ body, commit }: Batch, previous: string, matches: (envelope: EventEnvelope) => boolean): Buffer {
  let hasErased = false;
  const lines = linesOf(body).map((line) => {
    const envelope = erasedHash(line) === null ? parse(line) : null;
    if (envelope === null || !matches(envelope)) return line.toString("utf8");
    hasErased = true;
    return tombstone(line);
  });
  const kept: Commit =
    commit.lines === undefined && (hasErased || commit.kept !== undefined)
      ? { ...commit, kept: keptHash(lines, previous, commit.hash) }
      : commit;
  return Buffer.from(`${[...lines, JSON.stringify(kept)].join("\n")}\n`);
}

/** Lets the heads of segments with erased lines stand where their commits are now. */
function settleHeads(files: ProjectFiles): void {
  const heads = readHeads(files.heads);
  for (const { writer } of scanSegments(files.lineage).plain.values()) {
    const head = heads[writer];
    if (head === undefined) continue;
    let place = 0;
    let bytes = 0;
    let hasErased = false;
    for (const batch of batchesOf(files, writer)) {
      hasErased ||= batch.body.includes('{"erased":"');
      bytes += batch.end - batch.start;
      if (batch.commit.hash === head.hash) place = bytes;
    }
    if (!hasErased || place === 0 || place === head.bytes) continue;
    changeHeads(files.heads, (all) => {
      all[writer] = { ...head, bytes: place };
    });
  }
}

function* batchesOf({ lineage }: ProjectFiles, writer: string): Generator<Batch> {
  const segment = openSegment(lineage, writer);
  if (segment === null) return;
  try {
    for (const { batch } of eachBatch(segment, 0)) yield batch;
  } finally {
    segment.close();
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
