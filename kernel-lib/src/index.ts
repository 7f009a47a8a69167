export { type Display, type DisplayOptions, display } from "./display/display.js";
export { type MetricOptions, metric } from "./track/metric.js";
export { type ParamOptions, type ParamValue, param } from "./track/param.js";
