import { closestNames } from "../closest.js";
import type { RunSummary } from "../runs.js";

/** Takes one value out of a run; undefined or null where it has none. */
export type Field = (run: RunSummary) => unknown;

const ATTRIBUTES: Readonly<Record<string, Field>> = {
  author: (run) => run.author,
  duration: (run) => (run.durationMs === null ? null : run.durationMs / 1000),
  kind: (run) => run.kind,
  notebook: (run) => run.notebook,
  run: (run) => run.run,
  started: (run) => run.startedAt,
  status: (run) => run.status,
};

/**
 * `metrics.accuracy`, `params."batch size"`, `status`: what a filter or an order names.
 *
 * @throws RangeError if there is no such field
 */
export function readField(text: string): Field {
  const [, group, rest = ""] = /^(metrics?|params?|parameters?|attributes?)\.(.+)$/su.exec(text) ?? [];
  const name = rest.replace(/^(["`])(.*)\1$/su, "$2");
  if (group?.startsWith("metric")) return ({ metrics }) => own(metrics, name);
  if (group?.startsWith("param"))
    return ({ params }) => (Object.hasOwn(params, name) ? params[name] : within(params, name));
  const attribute = own(ATTRIBUTES, group === undefined ? text : name);
  if (attribute !== undefined) return attribute;
  const known = Object.keys(ATTRIBUTES);
  const [close] = closestNames(text, known);
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  throw new RangeError(
    `Cannot find the field ${JSON.stringify(text)} of a run: there are metrics.NAME, params.NAME, ${known.join(", ")}${hint}`,
  );
}

/** `optimizer.rate` of a param `optimizer` that is an object. */
function within(params: Readonly<Record<string, unknown>>, name: string): unknown {
  let value: unknown = params;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
