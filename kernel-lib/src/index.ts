import "./track/stock-tslab/index.js";

export { type Codec, codec } from "./artifacts/codec.js";
export { type Comm, type CommBytes, type CommExtras, type CommTarget, comms } from "./display/comms.js";
export { clearOutput, type Display, display, type JsonOptions, type Picture } from "./display/display.js";
export type { DisplayHandle, DisplayOptions } from "./display/display-handle.js";
export { type InputOptions, input } from "./display/input.js";
export { type ProgressOptions, progress } from "./display/progress.js";
export type { ImageOptions } from "./display/show-image.js";
export type { TableOptions } from "./display/show-table.js";
export { type ModelOptions, model } from "./registry/model.js";
export type { PendingModel, RegisteredModel } from "./registry/registered-model.js";
export { type MetricOptions, metric } from "./track/metric.js";
export { type ParamOptions, type ParamValue, param } from "./track/param.js";
export { secret } from "./track/secret.js";
