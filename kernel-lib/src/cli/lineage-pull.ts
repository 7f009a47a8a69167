import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Head, writeHead } from "../lineage/heads.js";
import { findProjectRoot, prepareProject } from "../lineage/project.js";
import { headPath } from "../pipeline/run/tasks/exchange.js";
import { openExchange } from "../pipeline/run/tasks/open-exchange.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { adoptVersion } from "../registry/adopt-version.js";
import type { ModelManifest } from "../registry/model-version.js";
import { versionId } from "../registry/version-id.js";

export interface Pulled {
  /** Where it came from. */
  readonly place: string;
  /** Segments that were not here, or not whole. */
  readonly segments: number;
  readonly versions: number;
}

/** Takes what an engine's tasks left beside the artifact store into this project: their log and the model versions that they made. */
export async function pullLineage(place: string | undefined): Promise<Pulled> {
  const root = findProjectRoot();
  const exchange = await openExchange(root, {
    ...process.env,
    ...(place === undefined ? {} : { TAGLINE_ARTIFACTS: place }),
  });
  const { folder, lineage, heads } = prepareProject(root);
  if (exchange.place === folder)
    throw new UsageError(
      "Cannot pull: this project keeps its artifacts itself. Name the place: tagline lineage pull s3://BUCKET/PREFIX",
    );
  let segments = 0;
  for (const path of await exchange.list("lineage/")) {
    const name = basename(path);
    if (!/^[0-9A-HJKMNP-TV-Z]{26}\.jsonl$/.test(name)) continue;
    const bytes = await exchange.get(path);
    const here = join(lineage, name);
    if (bytes === null || (statSync(here, { throwIfNoEntry: false })?.size ?? -1) >= bytes.length) continue;
    const writer = basename(name, ".jsonl");
    const head = await exchange.get(headPath(writer));
    placeFile(here, bytes);
    // Written by the task beside its segment; checked by `lineage verify`, as every head is.
    if (head !== null) await noteHead(heads, writer, JSON.parse(head.toString("utf8")) as Head);
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
  const versions = manifests.filter((manifest) => adoptVersion(root, manifest)).length;
  return { place: exchange.place, segments, versions };
}

export function formatPulled({ place, segments, versions }: Pulled): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
  return `Took ${count(segments, "segment")} of the log and ${count(versions, "model version")} from ${place}\n`;
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
