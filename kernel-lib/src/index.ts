export { type Display, type DisplayOptions, display } from "./display/display.js";
export { type ModelOptions, model } from "./registry/model.js";
export type { PendingModel, RegisteredModel } from "./registry/registered-model.js";
export { type MetricOptions, metric } from "./track/metric.js";
export { type ParamOptions, type ParamValue, param } from "./track/param.js";
