import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Section } from "../../../lineage/compacted-file.js";
import { type Head, readHeads, writeHead } from "../../../lineage/heads.js";
import { prepareProject, projectFiles } from "../../../lineage/project.js";
import {
  findSegment,
  listPlaces,
  openPlace,
  type SegmentPlace,
  scanSegments,
} from "../../../lineage/segment-folder.js";
import { adoptVersion } from "../../../registry/adopt-version.js";
import { manifestPath, readVersions } from "../../../registry/model-files.js";
import type { ModelManifest } from "../../../registry/model-version.js";
import { versionId } from "../../../registry/version-id.js";
import { type Exchange, headPath, segmentPath } from "./exchange.js";

/** How much went from one place to the other. */
export interface Moved {
  /** Segments that were not there, or not whole. */
  readonly segments: number;
  readonly versions: number;
}

const SEGMENT = /^[0-9A-HJKMNP-TV-Z]{26}\.jsonl$/;

/** Takes into a project what others left in the exchange: their segments of the log, and the model versions that they made. */
export async function pullLineage(root: string, exchange: Exchange): Promise<Moved> {
  const { lineage, heads } = prepareProject(root);
  let segments = 0;
  for (const path of await exchange.list("lineage/")) {
    const name = basename(path);
    if (!SEGMENT.test(name)) continue;
    const writer = basename(name, ".jsonl");
    const bytes = await exchange.get(path);
    const place = findSegment(lineage, writer);
    if (bytes === null || (place?.size ?? -1) >= bytes.length) continue;
    const headText = await exchange.get(headPath(writer));
    // Written beside the segment by who wrote that; checked by `lineage verify`, as every head is.
    const head = headText === null ? null : (JSON.parse(headText.toString("utf8")) as Head);
    // As far here as there, and shorter: something was erased here, and does not come back.
    const known = place?.compacted?.section.hash ?? readHeads(heads)[writer]?.hash;
    if (place !== null && head !== null && head.hash === known) continue;
    placeFile(join(lineage, name), bytes);
    if (head !== null) await noteHead(heads, writer, head);
    segments += 1;
  }
  const manifests: ModelManifest[] = [];
  for (const path of await exchange.list("models/")) {
    const bytes = await exchange.get(path);
    // Held against its id before it is taken.
    const manifest = bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as ModelManifest);
    if (manifest !== null && manifest.v === 1 && versionId(manifest) === manifest.id) manifests.push(manifest);
  }
  // In the order in which they were made, so that numbers come in that order as well.
  manifests.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1));
  return { segments, versions: manifests.filter((manifest) => adoptVersion(root, manifest)).length };
}

/** Leaves in the exchange what this project has: its log, and its model versions. */
export async function pushLineage(root: string, exchange: Exchange): Promise<Moved> {
  const files = projectFiles(root);
  const heads = readHeads(files.heads);
  const there = new Set([...(await exchange.list("lineage/")), ...(await exchange.list("models/"))]);
  let segments = 0;
  for (const place of listPlaces(scanSegments(files.lineage))) {
    const { writer, compacted } = place;
    const bytes = readWhole(place);
    const known = there.has(segmentPath(writer)) ? await exchange.get(segmentPath(writer)) : null;
    if (known !== null && known.length >= bytes.length) continue;
    const head = compacted === null ? heads[writer] : headOfSection(compacted.section);
    if (head !== undefined) await exchange.put(headPath(writer), Buffer.from(JSON.stringify(head)));
    await exchange.put(segmentPath(writer), bytes);
    segments += 1;
  }
  let versions = 0;
  for (const { model, id } of readVersions(root).versions) {
    const path = `models/${model}/${id}.json`;
    if (there.has(path)) continue;
    await exchange.put(path, readFileSync(manifestPath(root, model, id)));
    versions += 1;
  }
  return { segments, versions };
}

function readWhole(place: SegmentPlace): Buffer {
  const segment = openPlace(place);
  try {
    return segment.read(0, segment.size);
  } finally {
    segment.close();
  }
}

/** What a compacted segment's head was when it stood in a file of its own. */
function headOfSection({ bytes, events, hash, hlc }: Section): Head {
  return { bytes, events, hash, hlc, closed: true };
}

async function noteHead(heads: string, writer: string, head: Head): Promise<void> {
  // Others hold the heads for some milliseconds.
  for (let tries = 0; !writeHead(heads, writer, head) && tries < 400; tries += 1) await wait(10);
}

function placeFile(path: string, bytes: Uint8Array): void {
  const partial = `${path}.${randomUUID()}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(partial, bytes, { flag: "wx" });
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}
