export { type Bindings, createBindings } from "./bindings.js";
export { currentRecorder as currentCell, untracked } from "./cell-context.js";
export { installTracking } from "./install-tracking.js";
export { metric } from "./metric.js";
export { type ParamOptions, param } from "./param.js";
export { beginCell } from "./recorder.js";
export { projectSeed, seedFor } from "./seed.js";
export type { CellIdentity, CellRecorder, TrackNews, TrackOptions } from "./tracker.js";
