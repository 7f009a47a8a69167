/** Names of metrics that are better when they are lower. */
const LOWER_IS_BETTER = /loss|error|err\b|rmse|mae|mse|mape|perplexity|deviance|duration|seconds|bytes/i;

/** Which way a metric of this name is better, as far as names tell. */
export function metricDirection(name: string): "asc" | "desc" {
  return LOWER_IS_BETTER.test(name) ? "asc" : "desc";
}
