import { currentRecorder } from "./cell-context.js";

export interface MetricOptions {
  /** The place on the metric's own axis: an epoch, a fold. Counted as the notebook likes. */
  readonly step?: number;
}

/**
 * Records a number that this run is judged by, and returns it. Outside a notebook's cell it only returns.
 *
 * @throws RangeError if the value is not a finite number.
 */
export function metric(name: string, value: number, options: MetricOptions = {}): number {
  if (typeof name !== "string" || name === "")
    throw new TypeError(`Cannot record a metric named ${JSON.stringify(name)}: give it a name like "accuracy"`);
  if (typeof value !== "number")
    throw new TypeError(`Cannot record metric "${name}": ${describe(value)} is not a number`);
  if (!Number.isFinite(value))
    throw new RangeError(
      `Cannot record metric "${name}": ${value} is not a finite number. Check the division or the empty input it comes from`,
    );
  const { step } = options;
  if (step !== undefined && !Number.isFinite(step))
    throw new RangeError(`Cannot record metric "${name}": its step is ${step}, not a finite number`);
  currentRecorder()?.metric({ name, value, ...(step === undefined ? {} : { step }), at: new Date().toISOString() });
  return value;
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
