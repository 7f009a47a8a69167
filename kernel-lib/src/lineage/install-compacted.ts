import { randomUUID } from "node:crypto";
import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ulid } from "ulid";
import { compareHlc, type Hlc } from "./clock.js";
import { COMPACTED, type CompactedFile, type SectionSource, writeCompacted } from "./compacted-file.js";
import { hashFile } from "./hash-file.js";
import { changeHeads, type Head, readHeads } from "./heads.js";
import { isLive } from "./liveness.js";
import type { ProjectFiles } from "./project.js";
import { eachBatch } from "./read-segment.js";
import { openPlain } from "./segment-bytes.js";
import { syncFolder } from "./segment-file.js";
import { PLAIN, type SegmentPlace, scanSegments } from "./segment-folder.js";

/** What a file is called that is not whole yet. */
export const UNFINISHED = ".compacting";
/** A reader that looked into the folder before the new file was there has seen the old ones by then. */
const LOOK_MS = 100;

/**
 * Puts a compacted file in the place of segments and of other compacted files. There is one moment at which it counts, that of its
 * renaming: whatever is killed before leaves the old, after it the new, with old files that count for nothing and go with
 * the next `settle`. The caller holds the log.
 *
 * @returns bytes of the file
 */
export function installCompacted(
  files: ProjectFiles,
  sources: readonly SectionSource[],
  replaced: readonly CompactedFile[],
): number {
  const name = `${ulid()}${COMPACTED}`;
  const path = join(files.lineage, name);
  const temporary = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    writeCompacted(
      temporary,
      replaced.map((file) => file.name),
      sources,
    );
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(files.lineage);
  settle(files);
  return statSync(path).size;
}

/** Brings to its end what was cut off: heads of compacted files are noted, what they hold or replace goes. The caller holds the log. */
export function settle(files: ProjectFiles): void {
  const scan = scanSegments(files.lineage);
  const heads = readHeads(files.heads);
  const fresh = scan.compacted.filter(({ name }) => heads[name] === undefined);
  const replaced = new Set(scan.compacted.flatMap(({ replaces }) => replaces));
  const held = new Set(
    scan.compacted.flatMap(({ sections }) =>
      [...sections.values()].flatMap(({ writer, bytes }) =>
        goesOn(scan.plain.get(writer), bytes) || isLive(files.lineage, writer) ? [] : [writer],
      ),
    ),
  );
  if (fresh.length > 0 || Object.keys(heads).some((name) => held.has(name) || replaced.has(name))) {
    const noted = fresh.map((file) => [file.name, headOf(file)] as const);
    changeHeads(files.heads, (all) => {
      for (const [name, head] of noted) all[name] = head;
      for (const name of Object.keys(all)) if (held.has(name) || replaced.has(name)) delete all[name];
    });
  }
  const gone = readdirSync(files.lineage).filter(
    (name) =>
      name.endsWith(UNFINISHED) ||
      replaced.has(name) ||
      (name.endsWith(PLAIN) && held.has(name.slice(0, -PLAIN.length))),
  );
  if (gone.length === 0) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  for (const name of gone) rmSync(join(files.lineage, name), { force: true });
  syncFolder(files.lineage);
}

/** True if a file has whole batches beyond what is compacted of it. */
function goesOn(place: SegmentPlace | undefined, compactedBytes: number): boolean {
  if (place === undefined) return false;
  const segment = openPlain(place.path);
  try {
    return !eachBatch(segment, compactedBytes).next().done;
  } finally {
    segment.close();
  }
}

function headOf({ path, sections }: CompactedFile): Head {
  let events = 0;
  let hlc: Hlc = [0, 0];
  for (const section of sections.values()) {
    events += section.events;
    if (compareHlc(section.hlc, hlc) > 0) hlc = section.hlc;
  }
  return { bytes: statSync(path).size, events, hash: hashFile(path), hlc, closed: true };
}
