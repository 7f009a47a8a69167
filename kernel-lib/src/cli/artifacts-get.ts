import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { types } from "node:util";
import type { ArtifactStore } from "../artifacts/artifact-store.js";
import { isGraphModel, isLayersModel, isTable, type ModelLike } from "../artifacts/library-types.js";
import { openObject } from "../artifacts/open-object.js";
import { openStore } from "../artifacts/store.js";
import { plainTable } from "../artifacts/table.js";
import { captureModel } from "../artifacts/tfjs.js";
import { rowsOf, toPlain } from "../artifacts/to-plain.js";
import type { ArtifactUse } from "../lineage/events.js";
import { findRun } from "../lineage/find-run.js";
import { HASH_DIGITS, keyOf } from "../lineage/log-index/index-key.js";
import { findProjectRoot } from "../lineage/project.js";
import { type LogReader, openReader } from "../lineage/reader.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import type { CliStreams } from "./streams.js";

interface Found {
  /** sha256 (hex) of the stored object. */
  readonly object: string;
  /** Which of its values is meant; null for all of them. */
  readonly name: string | null;
}

export interface GetFlags {
  /** File to write; else standard output. */
  readonly out?: string;
  /** The stored bytes, whatever they hold. */
  readonly raw?: boolean;
  /** As JSON, whatever it is. */
  readonly json?: boolean;
}

/** Prints an artifact, or writes it to a file. Its bytes are held against their hash first. @throws {UsageError} */
export async function getArtifact(
  asked: string,
  { out, raw = false, json = false }: GetFlags,
  streams: CliStreams,
): Promise<void> {
  const root = findProjectRoot();
  const store = openStore(root);
  const { object, name } = await find(asked, openReader(root), store);
  const bytes = await store.get(object);
  const content = raw
    ? bytes
    : await render(bytes, {
        asked,
        name,
        ending: json ? ".json" : out === undefined ? null : extname(out).toLowerCase(),
      });
  if (out === undefined) streams.stdout.write(typeof content === "string" ? content : asText(content, asked));
  else write(resolve(out), content);
  if (out !== undefined) streams.stderr.write(`Wrote ${out} from artifact ${object.slice(0, 12)}\n`);
}

async function find(asked: string, reader: LogReader, store: ArtifactStore): Promise<Found> {
  const parts = /^(?:run:)?([^:]+):([^:]+):(.+)$/.exec(asked);
  if (parts !== null && !asked.startsWith("artifact:")) {
    const [, run = "", step = "", name = ""] = parts;
    const record = findRun(reader, run, { pipelineFirst: true });
    const outputs = record.steps.filter((one) => one.step === step).flatMap((one) => one.outputs);
    const output = outputs.find((one) => one.name === name);
    if (output?.object !== undefined) return { object: output.object, name };
    const known = record.steps.flatMap((one) => one.outputs.map((use) => `${one.step}:${use.name}`));
    throw new UsageError(
      `Cannot find ${step}:${name} in run ${record.run}: ${known.length === 0 ? "its steps handed on nothing" : `it has ${known.join(", ")}`}`,
    );
  }
  const hash = asked.replace(/^artifact:/, "").toLowerCase();
  if (!/^[0-9a-f]{6,64}$/.test(hash))
    throw new UsageError(
      `Cannot find an artifact by ${asked}: give the first six or more digits of its hash, or RUN:STEP:NAME`,
    );
  const objects = new Map<string, Found>();
  if (hash.length === 64) {
    if (await store.has(hash)) return { object: hash, name: null };
  } else {
    for await (const entry of store.list())
      if (entry.hash.startsWith(hash)) objects.set(entry.hash, { object: entry.hash, name: null });
  }
  for (const { hash: value, object, name } of usesOf(hash, reader))
    if (object !== undefined && value.startsWith(hash) && !objects.has(object)) objects.set(object, { object, name });
  const [first, ...more] = objects.values();
  if (first === undefined)
    throw new UsageError(`Cannot find artifact ${hash}: tagline artifacts list shows what is there`);
  if (more.length > 0 && !objects.has(hash))
    throw new UsageError(
      `Cannot tell which artifact ${hash} is: it may be ${[...objects.keys()].slice(0, 5).join(", ")}`,
    );
  return objects.get(hash) ?? first;
}

/** Artifacts of runs, some of whose values have a hash that begins so. */
function* usesOf(hash: string, reader: LogReader): Generator<ArtifactUse> {
  for (const key of reader.keys(keyOf("hash", hash.slice(0, HASH_DIGITS)))) {
    for (const { steps, models } of reader.runs(key)) {
      for (const { outputs } of steps) yield* outputs;
      for (const { event } of models) yield* event.artifacts;
    }
  }
}

type Content = string | Uint8Array | { readonly files: Readonly<Record<string, string | Uint8Array>> };

async function render(
  bytes: Buffer,
  { asked, name, ending }: { readonly asked: string; readonly name: string | null; readonly ending: string | null },
): Promise<Content> {
  const values = await openObject(bytes);
  if (values === null) return bytes;
  // A table that stands alone has no name; of several values all are meant unless one is named.
  const [only] = values.size === 1 ? [...values.values()] : [];
  const value =
    values.size === 1
      ? only
      : name === null
        ? Object.fromEntries([...values].map(([key, one]) => [key ?? "", one]))
        : values.get(name);
  const json = async (): Promise<string> => `${JSON.stringify(await toPlain(value), null, 2)}\n`;
  const needsRows = (format: string): UsageError =>
    new UsageError(`Cannot write ${asked} as ${format}: it is no table and no array of rows. Write it as .json`);
  switch (ending) {
    case ".json":
      return isModel(value) ? modelFiles(value) : json();
    case ".csv": {
      const rows = rowsOf(value);
      if (rows === null) throw needsRows("CSV");
      return toCsv(rows);
    }
    case ".arrow":
    case ".feather": {
      const rows = rowsOf(value);
      if (rows === null) throw needsRows("Arrow");
      return arrowOf(value, rows, asked);
    }
    default:
  }
  if (ending === "" && isModel(value)) return modelFiles(value);
  if (typeof value === "string") return value;
  // Numbers are printed as such; in a file they are their bytes.
  if (ending === null && types.isTypedArray(value) && !types.isUint8Array(value)) return json();
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(value as ArrayBuffer);
  if (ending !== null) return bytes;
  return typeof value === "object" && value !== null && isTable(value) ? toCsv(rowsOf(value) ?? []) : json();
}

async function arrowOf(
  value: unknown,
  rows: readonly Readonly<Record<string, unknown>>[],
  asked: string,
): Promise<Uint8Array> {
  const { toArrowFile } = await import("../artifacts/arrow-table.js");
  const { from, toArrowIPC } = await import("arquero");
  const table = typeof value === "object" && value !== null && isTable(value) ? value : from([...rows]);
  const exact = toArrowFile(plainTable(table as Parameters<typeof plainTable>[0]));
  if (exact !== null) return exact;
  try {
    // Nested cells, groups: what arquero makes of them.
    const made = toArrowIPC(from([...rows]), { format: "file" });
    if (made !== null) return made;
  } catch (cause) {
    throw new UsageError(
      `Cannot write ${asked} as Arrow: ${cause instanceof Error ? cause.message : String(cause)}. Write it as .json`,
      { cause },
    );
  }
  throw new UsageError(`Cannot write ${asked} as Arrow. Write it as .json`);
}

function isModel(value: unknown): value is ModelLike {
  return typeof value === "object" && value !== null && (isLayersModel(value) || isGraphModel(value));
}

/** As tfjs's own file handler writes it: `tf.loadLayersModel("file://FOLDER/model.json")` reads it. */
async function modelFiles(model: ModelLike): Promise<Content> {
  const { meta, bytes } = await captureModel(model, isLayersModel(model) ? "model" : "graph-model", "the model");
  // What tfjs hands to a save handler, without the weights' bytes.
  const { weightSpecs, ...rest } = meta as { readonly weightSpecs?: unknown };
  const manifest = [{ paths: ["weights.bin"], weights: weightSpecs ?? [] }];
  return {
    files: {
      "model.json": `${JSON.stringify({ ...rest, weightsManifest: manifest }, null, 2)}\n`,
      "weights.bin": bytes,
    },
  };
}

/** RFC 4180, with a line of names; columns in the order in which they are met. */
function toCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    const text =
      value === null || value === undefined
        ? ""
        : value instanceof Date
          ? Number.isNaN(value.getTime())
            ? ""
            : value.toISOString()
          : typeof value === "object"
            ? JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner))
            : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((line) => `${line.map(cell).join(",")}\n`)
    .join("");
}

function write(path: string, content: Content): void {
  if (typeof content === "string" || content instanceof Uint8Array) return writeFileSync(path, content);
  // `model.json` names the folder's file; any other name, the folder.
  const folder = extname(path) === ".json" ? join(path, "..") : path;
  const files = Object.entries(content.files);
  const taken = files.map(([name]) => join(folder, name)).find((file) => file !== path && existsSync(file));
  if (taken !== undefined) throw new UsageError(`Cannot write ${taken}: it is there already`);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files)
    writeFileSync(extname(path) === ".json" && name === "model.json" ? path : join(folder, name), bytes);
}

/** Terminals and pipes take bytes as they are. */
function asText(content: Exclude<Content, string>, asked: string): string {
  if (content instanceof Uint8Array) {
    const text = Buffer.from(content).toString("utf8");
    if (Buffer.from(text).equals(Buffer.from(content))) return text;
    throw new UsageError(`Cannot print ${asked}: it is no text. Write it to a file with --out`);
  }
  throw new UsageError(`Cannot print ${asked}: it is a model. Write it to a folder with --out`);
}
