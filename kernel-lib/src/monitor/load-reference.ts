import type { ReferenceSketch } from "../data/sketch/reference-sketch.js";

/** A model version's reference. */
export interface LoadedReference {
  readonly sketch: ReferenceSketch;
  readonly model: string;
  /** sha256 (hex) of the version's content. */
  readonly version: string;
  /** The version's number, as people say it. */
  readonly number: number;
}

/**
 * Finds the reference that a model's version keeps; the registry's side of `monitor check --model`.
 *
 * @param model `NAME`, `NAME@ALIAS` or `NAME@VERSION`
 * @throws {Error} "Cannot …" if there is no such version, or it was registered without a reference
 */
export type LoadReference = (model: string) => Promise<LoadedReference>;
