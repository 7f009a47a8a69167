import { relative, resolve } from "node:path";
import { readRows } from "../data/read-rows.js";
import { rowCount } from "../data/rows.js";
import { sketchReference } from "../data/sketch/sketch-reference.js";
import type { DriftChecked } from "../lineage/events.js";
import { openLog } from "../lineage/open-log.js";
import { type CompareOptions, type Comparison, compareToSketch } from "./compare/compare-to-sketch.js";
import type { LoadReference } from "./load-reference.js";

/** What is compared with what. */
export interface DriftTarget {
  readonly reference:
    | { readonly kind: "file"; readonly path: string }
    /** `NAME`, `NAME@ALIAS` or `NAME@VERSION`. */
    | { readonly kind: "model"; readonly name: string; readonly load: LoadReference };
  /** Path of a file with the current rows. */
  readonly current: string;
  /** Project root, where the check is logged. */
  readonly root: string;
}

export interface DriftOptions extends CompareOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** What `tagline monitor check --json` prints. */
export interface DriftDocument extends Comparison {
  /** ISO 8601. */
  readonly at: string;
  readonly reference: FileReference | ModelReference;
  readonly current: FileReference;
  readonly alpha: number;
  readonly psiThreshold: number;
  readonly correction: "holm";
}

export interface FileReference {
  readonly path: string;
  /** sha256 (hex) of its bytes. */
  readonly sha256: string;
  readonly rows: number;
}

export interface ModelReference {
  readonly model: string;
  /** sha256 (hex) of the version's content. */
  readonly version: string;
  readonly number: number;
  readonly rows: number;
}

/**
 * Compares a file of current rows with a reference and logs that it did. A reference file goes through the same sketch
 * that a model's version keeps, so both answer alike.
 *
 * @throws {Error} "Cannot …" if a file or the model cannot be read, or nothing can be compared
 */
export async function checkDrift(target: DriftTarget, options: DriftOptions = {}): Promise<DriftDocument> {
  const now = options.clock ?? Date.now;
  const { reference, sketch } = await readReference(target);
  const current = await readRows(target.current);
  const document: DriftDocument = {
    at: new Date(now()).toISOString(),
    reference,
    current: { path: current.path, sha256: current.sha256, rows: rowCount(current.rows) },
    alpha: options.alpha ?? 0.05,
    psiThreshold: options.psiThreshold ?? 0.2,
    correction: "holm",
    ...compareToSketch(sketch, current.rows, options),
  };
  const log = openLog(target.root, { clock: now });
  log.append(toEvent(document, target.root));
  await log.close();
  return document;
}

async function readReference({ reference: asked }: DriftTarget) {
  if (asked.kind === "model") {
    const { sketch, model, version, number } = await asked.load(asked.name);
    return { sketch, reference: { model, version, number, rows: sketch.rows } };
  }
  const { path, sha256, rows } = await readRows(asked.path);
  return { sketch: sketchReference(rows), reference: { path, sha256, rows: rowCount(rows) } };
}

function toEvent({ reference, current, at, features }: DriftDocument, root: string): DriftChecked {
  const isModel = "model" in reference;
  return {
    kind: "drift.checked",
    model: isModel ? reference.model : null,
    version: isModel ? reference.version : null,
    at,
    reference: isModel
      ? `model:${reference.model}@${reference.number}`
      : `file:${inside(root, reference.path)}@${reference.sha256}`,
    current: { ...current, path: inside(root, current.path) },
    features: features.map(({ name, psi, test, pCorrected, drifted }) => ({
      name,
      psi,
      test,
      pValue: pCorrected,
      drifted,
    })),
  };
}

/** Relative to the project where it lies inside, `/` separated. */
function inside(root: string, path: string): string {
  const short = relative(root, path);
  return (short.startsWith("..") ? resolve(path) : short).replaceAll("\\", "/");
}
