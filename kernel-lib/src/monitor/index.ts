export { type ReferenceSketch, sketchReference } from "../data/index.js";
export {
  checkDrift,
  type DriftDocument,
  type DriftOptions,
  type DriftTarget,
  type FileReference,
  type ModelReference,
} from "./check-drift.js";
export { type CompareOptions, type Comparison, compareToSketch } from "./compare/compare-to-sketch.js";
export type { FeatureDrift } from "./compare/feature-drift.js";
export { DriftFold } from "./drift-fold.js";
export type { LoadedReference, LoadReference } from "./load-reference.js";
export { modelReference } from "./model-reference.js";
