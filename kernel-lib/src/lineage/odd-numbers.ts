import type { CellTrace } from "./cell-trace.js";
import type { LineageEvent } from "./events.js";

/**
 * JSON has no NaN and no infinities, and a loss that diverged is worth knowing: in the log such a number stands as the
 * string `NaN`, `Infinity` or `-Infinity`.
 */
export function hasOddNumbers(event: LineageEvent): boolean {
  switch (event.kind) {
    case "cell.finished":
      return isOdd(event.trace);
    case "step.finished":
      return event.cells.some(isOdd);
    default:
      return false;
  }
}

function isOdd({ metrics, fits, params }: CellTrace): boolean {
  return (
    metrics.some(({ value }) => !Number.isFinite(value)) ||
    fits.some(({ history }) =>
      Object.values(history).some((values) => values.some((value) => !Number.isFinite(value))),
    ) ||
    params.some(({ value }) => typeof value === "number" && !Number.isFinite(value))
  );
}

/** A trace as it was before it was written: metrics and losses are numbers again. */
export function reviveNumbers(trace: CellTrace): CellTrace {
  if (!isOdd(trace)) return trace;
  return {
    ...trace,
    metrics: trace.metrics.map((metric) => ({ ...metric, value: Number(metric.value) })),
    fits: trace.fits.map((fit) => ({
      ...fit,
      history: Object.fromEntries(Object.entries(fit.history).map(([name, values]) => [name, values.map(Number)])),
    })),
  };
}
