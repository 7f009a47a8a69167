import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { collectObjects, forgetRuns } from "./erase-objects.js";
import type { EventEnvelope } from "./events.js";
import { readHeads, writeHead } from "./heads.js";
import { isLive } from "./liveness.js";
import { openLog } from "./open-log.js";
import { projectFiles } from "./project.js";
import { listSegments } from "./read-log.js";
import { eachBatch } from "./read-segment.js";
import { type Batch, type Commit, erasedHash, keptHash, linesOf, tombstone } from "./segment.js";
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
  const files = projectFiles(root);
  const matches = matcher(thing);
  const segments: { readonly writer: string; readonly lines: number }[] = [];
  const runs = new Set<string>();
  const erasedText: string[] = [];
  const keptHashes = new Set<string>();
  let events = 0;
  for (const name of listSegments(files.lineage)) {
    const writer = basename(name, ".jsonl");
    let lines = 0;
    for (const { batch } of batchesOf(join(files.lineage, name))) {
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
    if (!dryRun && isLive(files.lineage, writer))
      throw new Error(`Cannot erase from ${name}: its kernel, run or server still writes. Stop it first`);
    segments.push({ writer, lines });
    events += lines;
  }
  const objects = events === 0 ? [] : collectObjects(files, erasedText, keptHashes, runs);
  const erasure: Erasure = { events, runs: [...runs].sort(), segments, objects };
  if (dryRun) return erasure;
  if (events > 0) {
    const verdict = verifyLog(root);
    if (!verdict.intact)
      throw new Error(
        "Cannot erase: the log is not what was written (tagline lineage verify), and rewriting it would hide that",
      );
    note(root, thing, erasure);
    for (const { writer } of segments) rewrite(join(files.lineage, `${writer}.jsonl`), matches);
    forgetRuns(files, erasure.runs, objects);
  }
  // One that was cut off between a segment and its head is brought to its end, too.
  for (const name of listSegments(files.lineage)) settleHead(files.heads, join(files.lineage, name));
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

function rewrite(path: string, matches: (envelope: EventEnvelope) => boolean): void {
  const temporary = `${path}.erasing`;
  const fd = openSync(temporary, "w", statSync(path).mode);
  let previous = basename(path, ".jsonl");
  let read = 0;
  try {
    for (const { batch, end } of batchesOf(path)) {
      writeAll(fd, erased(batch, previous, matches));
      previous = batch.commit.hash;
      read = end;
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (read === 0) rmSync(temporary);
  // A torn tail holds nothing that was acknowledged, and may hold what is to go.
  else renameSync(temporary, path);
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

/** Lets the head of a segment with erased lines stand where its commit is now. */
function settleHead(heads: string, path: string): void {
  const writer = basename(path, ".jsonl");
  const head = readHeads(heads)[writer];
  if (head === undefined) return;
  let place = 0;
  let hasErased = false;
  for (const { batch, end } of batchesOf(path)) {
    hasErased ||= batch.body.includes('{"erased":"');
    if (batch.commit.hash === head.hash) place = end;
  }
  if (!hasErased || place === 0 || place === head.bytes) return;
  for (let tries = 0; tries < HEAD_TRIES; tries += 1) {
    if (writeHead(heads, writer, { ...head, bytes: place })) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  throw new Error(
    `Cannot note where ${basename(path)} ends now: another process holds ${heads}. Run the same command again`,
  );
}

const HEAD_TRIES = 500;

function* batchesOf(path: string): Generator<{ readonly batch: Batch; readonly end: number }> {
  if (!existsSync(path)) return;
  const fd = openSync(path, "r");
  try {
    yield* eachBatch(fd, 0, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
