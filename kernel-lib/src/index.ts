export { display } from "./display/display.js";
export { metric, type MetricOptions } from "./track/metric.js";
export { param, type ParamOptions, type ParamValue } from "./track/param.js";
