import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CompactedFile, SectionSource } from "./compacted-file.js";
import { collectObjects, forgetRuns } from "./erase-objects.js";
import type { EventEnvelope } from "./events.js";
import { changeHeads, readHeads } from "./heads.js";
import { holdLog } from "./hold-log.js";
import { installCompacted, settle } from "./install-compacted.js";
import { isLive } from "./liveness.js";
import { openLog } from "./open-log.js";
import { isPersonLine, People, type Person } from "./people.js";
import { type ProjectFiles, projectFiles } from "./project.js";
import { eachBatch } from "./read-segment.js";
import { type Batch, type Commit, erasedHash, keptHash, linesOf, tombstone } from "./segment.js";
import { listPlaces, openSegment, type SegmentPlace, scanSegments } from "./segment-folder.js";
import { verifyLog } from "./verify-log.js";
import { writeAll } from "./write-all.js";

/**
 * What is to go: all that one person did (the name, the address, or both as the log has them), or with `keepEvents` only who that was;
 * or a run; or what is older than it need be: some runs, and requests answered before a moment (milliseconds since 1970).
 */
export type ErasedThing =
  | { readonly author: string; readonly keepEvents?: boolean }
  | { readonly run: string }
  | { readonly runs: readonly string[]; readonly requestsBeforeMs?: number };

export interface Erasure {
  /** Events that go. */
  readonly events: number;
  readonly runs: readonly string[];
  /** How many events of which segment; `author` where who wrote it goes, too. */
  readonly segments: readonly { readonly writer: string; readonly lines: number; readonly author?: true }[];
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
  // Nobody erases from a log and finds a folder made for it.
  if (dryRun || !existsSync(projectFiles(root).lineage)) return erase(root, thing, true);
  return holdLog(root, "erase", () => erase(root, thing, false));
}

function erase(root: string, thing: ErasedThing, dryRun: boolean): Erasure {
  const files = projectFiles(root);
  const selection = selectionOf(thing);
  // One that was cut off between a segment and its head is brought to its end first.
  if (!dryRun) settleHeads(files);
  const erased: (SegmentPart & { readonly place: SegmentPlace })[] = [];
  const runs = new Set<string>();
  const named = new Set<string>();
  let events = 0;
  for (const place of listPlaces(scanSegments(files.lineage))) {
    // What is only too old goes another time.
    if ("runs" in thing && isLive(files.lineage, place.writer)) continue;
    const part = partOf(files, place.writer, selection, (line, { event }) => {
      for (const hash of hashesIn(line)) named.add(hash);
      if ("run" in event && event.run) runs.add(event.run);
    });
    if (part.lines === 0 && !part.author) continue;
    if (!dryRun && isLive(files.lineage, place.writer))
      throw new Error(`Cannot erase from ${place.writer}.jsonl: its kernel, run or server still writes. Stop it first`);
    erased.push({ place, ...part });
    events += part.lines;
  }
  const objects = collectObjects(files, named, runs, (objects) => namedByOthers(files, selection, objects));
  const segments = erased.map(({ place: { writer }, lines, author }) => ({
    writer,
    lines,
    ...(author ? { author } : {}),
  }));
  const erasure: Erasure = { events, runs: [...runs].sort(), segments, objects };
  if (dryRun) return erasure;
  if (erased.length > 0) {
    const verdict = verifyLog(root);
    if (!verdict.intact)
      throw new Error(
        "Cannot erase: the log is not what was written (tagline lineage verify), and rewriting it would hide that",
      );
    settle(files);
    note(root, thing, erasure);
    const parts = new Map(erased.map((part) => [part.place.writer, part]));
    const pieces: Pieces = (writer) => erasedPieces(files, writer, selection, parts.get(writer)?.author === true);
    for (const { place } of erased) if (place.compacted === null) rewrite(place, pieces);
    settleHeads(files);
    for (const file of new Set(erased.flatMap(({ place }) => place.compacted?.file ?? []))) repack(files, file, pieces);
    forgetRuns(files, erasure.runs, objects);
  }
  rmSync(join(files.folder, "cache", "lineage"), { recursive: true, force: true });
  return erasure;
}

const HASH = /\b[0-9a-f]{64}\b/g;

function hashesIn(line: Buffer): readonly string[] {
  return line.toString("latin1").match(HASH) ?? [];
}

/** Those of the objects that lines name which stay. */
function namedByOthers(files: ProjectFiles, selection: Selection, objects: ReadonlySet<string>): Set<string> {
  const named = new Set<string>();
  if (objects.size === 0) return named;
  for (const { writer } of listPlaces(scanSegments(files.lineage)))
    for (const { line, envelope } of eventsOf(files, writer))
      if (!selection.event(envelope, line)) for (const hash of hashesIn(line)) if (objects.has(hash)) named.add(hash);
  return named;
}

interface Selection {
  /** True for an event that goes. */
  readonly event: (envelope: EventEnvelope, line: Buffer) => boolean;
  /** True if the line goes that says who wrote a segment. */
  readonly person: (person: Person) => boolean;
}

function selectionOf(thing: ErasedThing): Selection {
  if (!("author" in thing)) {
    const runs = new Set("runs" in thing ? thing.runs : [thing.run]);
    const before = "runs" in thing ? (thing.requestsBeforeMs ?? 0) : 0;
    return {
      event: ({ v, hlc, event }) =>
        v === 1 && (event.kind === "request.served" ? hlc[0] < before : "run" in event && runs.has(event.run)),
      person: () => false,
    };
  }
  const wanted = thing.author.trim().toLowerCase();
  const isWanted = ({ author }: Pick<Person, "author">): boolean => {
    const [, name = "", address = ""] = /^(.*?)\s*(?:<(.*)>)?$/.exec(author.toLowerCase()) ?? [];
    return author.toLowerCase() === wanted || name === wanted || address === wanted;
  };
  return {
    event: (envelope, line) =>
      // A later version may mean something else by the same words.
      envelope.v === 1 &&
      envelope.event.kind !== "lineage.erased" &&
      isWanted(envelope) &&
      // Lines of the first kind hold the name themselves.
      (thing.keepEvents !== true || !isNameless(line)),
    person: isWanted,
  };
}

function isNameless(line: Buffer): boolean {
  return line.subarray(0, line.indexOf('"event":')).includes('"by":"');
}

/** What goes of one segment. */
interface SegmentPart {
  readonly lines: number;
  readonly author: boolean;
}

function partOf(
  files: ProjectFiles,
  writer: string,
  selection: Selection,
  onErased: (line: Buffer, envelope: EventEnvelope) => void,
): SegmentPart {
  let [lines, kept] = [0, 0];
  let person: Person | null = null;
  for (const { line, envelope } of eventsOf(files, writer, (found) => (person = found))) {
    if (selection.event(envelope, line)) {
      lines += 1;
      onErased(line, envelope);
    } else kept += 1;
  }
  // With its last event goes who wrote it.
  return { lines, author: person !== null && (selection.person(person) || (lines > 0 && kept === 0)) };
}

function* eventsOf(
  files: ProjectFiles,
  writer: string,
  onPerson: (person: Person | null) => void = () => {},
): Generator<{ readonly line: Buffer; readonly envelope: EventEnvelope }> {
  for (const { batch, people } of batchesOf(files, writer)) {
    for (const line of linesOf(batch.body)) {
      if (isPersonLine(line)) onPerson(people.learn(line));
      else {
        const envelope = parse(line, people);
        if (envelope !== null) yield { line, envelope };
      }
    }
  }
}

function parse(line: Buffer, people: People): EventEnvelope | null {
  if (erasedHash(line) !== null) return null;
  try {
    return people.envelope(line);
  } catch {
    return null;
  }
}

/** Before anything goes, so that no erased line is ever without its note. Whose name goes is not named again. */
function note(root: string, thing: ErasedThing, { segments, runs }: Erasure): void {
  const log = openLog(root, "author" in thing ? { author: "erasure" } : {});
  log.append({
    kind: "lineage.erased",
    what: "author" in thing ? "author" : "run" in thing ? "run" : "retention",
    at: new Date().toISOString(),
    runs: runs.length,
    segments,
  });
  log.closeSync();
}

/** The bytes of a segment as they are to be. */
type Pieces = (writer: string) => Generator<Buffer>;

function rewrite({ writer, path }: SegmentPlace, pieces: Pieces): void {
  const temporary = `${path}.erasing`;
  const fd = openSync(temporary, "w", statSync(path).mode);
  try {
    for (const bytes of pieces(writer)) writeAll(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // A torn tail holds nothing that was acknowledged, and may hold what is to go.
  renameSync(temporary, path);
}

/** Writes a compacted file again, without what is to go. */
function repack(files: ProjectFiles, file: CompactedFile, pieces: Pieces): void {
  const sources = [...file.sections.values()].map(({ start: _start, ...section }): SectionSource => {
    let bytes = 0;
    for (const piece of pieces(section.writer)) bytes += piece.length;
    return { section: { ...section, bytes }, pieces: () => pieces(section.writer) };
  });
  installCompacted(files, sources, [file]);
}

function* erasedPieces(
  files: ProjectFiles,
  writer: string,
  selection: Selection,
  erasesPerson: boolean,
): Generator<Buffer> {
  let previous = writer;
  for (const { batch, people } of batchesOf(files, writer)) {
    const goes = (line: Buffer): boolean => {
      if (isPersonLine(line)) {
        people.learn(line);
        return erasesPerson;
      }
      const envelope = parse(line, people);
      return envelope !== null && selection.event(envelope, line);
    };
    yield erased(batch, previous, goes);
    previous = batch.commit.hash;
  }
}

function erased({ body, commit }: Batch, previous: string, goes: (line: Buffer) => boolean): Buffer {
  let hasErased = false;
  const lines = linesOf(body).map((line) => {
    if (!goes(line)) return line.toString("utf8");
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
    for (const { batch } of batchesOf(files, writer)) {
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

function* batchesOf(
  { lineage }: ProjectFiles,
  writer: string,
): Generator<{ readonly batch: Batch; readonly people: People }> {
  const segment = openSegment(lineage, writer);
  if (segment === null) return;
  const people = new People(segment);
  try {
    for (const { batch } of eachBatch(segment, 0)) yield { batch, people };
  } finally {
    segment.close();
  }
}
