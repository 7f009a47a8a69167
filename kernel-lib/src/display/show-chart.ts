import { inspect, types } from "node:util";
import { checkVegaLite } from "./check-vega-lite.js";
import { escapeHtml } from "./escape-html.js";
import { isTable, type TableLike } from "./known-values.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { reasonOf, toText } from "./to-text.js";

/** The newest Vega-Lite that JupyterLab 4 has a MIME type for; the specs that people write are the same in 6. */
const VEGA_LITE_MIME = "application/vnd.vegalite.v5+json";
const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
const VEGA_MIME = "application/vnd.vega.v5+json";
const VEGA_SCHEMA = "https://vega.github.io/schema/vega/v5.json";

/** Letters of a chart's JSON: a browser tab and a notebook file bear so much. */
const LETTERS = 32 * 2 ** 20;

/** A Vega-Lite or Vega chart, or null if the value is no chart. */
export function showChart(value: object): MimeBundle | null {
  const spec = specOf(value);
  if (spec === null) return null;
  const schema = typeof spec["$schema"] === "string" ? spec["$schema"] : "";
  if (/\/vega\/v\d/.test(schema)) return vega(spec);
  if (/\/vega-lite\/v\d/.test(schema) || looksLikeVegaLite(spec)) return vegaLiteSpec(spec);
  return null;
}

/**
 * A chart that the person says is one: a spec, or an object whose `toSpec()` or `toObject()` gives it.
 * What keeps it from being drawn is told in words instead.
 */
export function vegaLite(value: unknown): MimeBundle {
  const isCandidate = (typeof value === "object" && value !== null) || typeof value === "function";
  const spec = isCandidate ? specOf(value) : null;
  if (spec === null) return words(value, ["It is no object with a spec"]);
  return vegaLiteSpec(spec);
}

function vegaLiteSpec(spec: Spec): MimeBundle {
  let json: Spec;
  try {
    json = plain(spec);
  } catch (error) {
    return words(spec, [
      error instanceof TooLarge ? error.message : `It cannot be written as JSON: ${reasonOf(error)}`,
    ]);
  }
  const problems = checkVegaLite(json);
  if (problems.length > 0) return words(spec, problems);
  return bundle({ [VEGA_LITE_MIME]: { ...json, $schema: VEGA_LITE_SCHEMA }, "text/plain": specText(spec) });
}

function vega(spec: Spec): MimeBundle {
  try {
    return bundle({ [VEGA_MIME]: { ...plain(spec), $schema: VEGA_SCHEMA }, "text/plain": toText(spec) });
  } catch (error) {
    return words(spec, [
      error instanceof TooLarge ? error.message : `It cannot be written as JSON: ${reasonOf(error)}`,
    ]);
  }
}

function words(spec: unknown, problems: readonly string[]): MimeBundle {
  const head = "This chart cannot be drawn.";
  const sentences = problems.map((problem) => (problem.endsWith("?") ? problem : `${problem}.`));
  const items = sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("");
  return bundle({
    "text/html": `<div class="tagline-note"><strong>${head}</strong><ul>${items}</ul></div>`,
    "text/plain": [head, ...sentences.map((sentence) => `  ${sentence}`), specText(spec)].join("\n"),
  });
}

/** What Node shows of a spec; of a table as its data, only how large it is. */
function specText(spec: unknown): string {
  if (typeof spec !== "object" || spec === null || types.isProxy(spec)) return toText(spec);
  const data = Object.getOwnPropertyDescriptor(spec, "data")?.value;
  if (isTable(data)) return toText({ ...spec, data: brief(data) });
  const values =
    typeof data === "object" && data !== null ? Object.getOwnPropertyDescriptor(data, "values")?.value : null;
  return isTable(values) ? toText({ ...spec, data: { ...data, values: brief(values) } }) : toText(spec);
}

/** A table in the words of its own `toString`. */
function brief(table: TableLike): object {
  return { [inspect.custom]: () => `[Table: ${table.numCols()} cols x ${table.numRows()} rows]` };
}

type Spec = Record<string, unknown>;

/** The value itself if it is a bare object, or what its `toSpec()` (vega-lite-api: `toObject()` too) gives. */
function specOf(value: object): Spec | null {
  if (types.isProxy(value)) return null;
  // vega-lite-api's charts are functions.
  for (const name of ["toSpec", "toObject"]) {
    const method: unknown = name in value ? Reflect.get(value, name) : undefined;
    if (typeof method !== "function") continue;
    const spec: unknown = method.call(value);
    return typeof spec === "object" && spec !== null && !types.isProxy(spec) ? (spec as Spec) : null;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (a vm context, a worker's) has another Object.prototype, on top like ours.
  const isBare =
    prototype === null ||
    prototype === Object.prototype ||
    (typeof prototype === "object" && !types.isProxy(prototype) && Object.getPrototypeOf(prototype) === null);
  return isBare && typeof value === "object" && !Array.isArray(value) ? (value as Spec) : null;
}

const compositions = ["layer", "concat", "hconcat", "vconcat", "repeat", "facet"];

/** Without a schema: it has a mark and an encoding, or is composed, and has data. */
function looksLikeVegaLite(spec: Spec): boolean {
  const mark = own(spec, "mark");
  const marked =
    (typeof mark === "string" || (typeof mark === "object" && mark !== null && "type" in mark)) &&
    own(spec, "encoding") !== undefined;
  const composed = compositions.some((key) => {
    const part = own(spec, key);
    return typeof part === "object" && part !== null;
  });
  if (!marked && !composed) return false;
  const data = own(spec, "data");
  if (typeof data === "object" && data !== null) return marked || hasView(spec);
  return compositions.some((key) => {
    const parts = own(spec, key);
    return Array.isArray(parts) && parts.some((part) => typeof part === "object" && part !== null && "data" in part);
  });
}

/** One of its parts is a view: a list called `layer` may be anything. */
function hasView(spec: Spec): boolean {
  return [...compositions, "spec"].some((key) => {
    const part = own(spec, key);
    const views: readonly unknown[] = Array.isArray(part) ? part : [part];
    return views.some(
      (view) =>
        typeof view === "object" &&
        view !== null &&
        !types.isProxy(view) &&
        ("mark" in view || compositions.some((name) => name in view)),
    );
  });
}

function own(spec: Spec, key: string): unknown {
  return Object.getOwnPropertyDescriptor(spec, key)?.value;
}

class TooLarge extends Error {}

/** The spec as JSON: tables as rows, typed arrays as lists, big integers as numbers. Throws if JSON cannot hold it. */
function plain(spec: Spec): Spec {
  const full = isTable(spec["data"]) ? { ...spec, data: { values: spec["data"] } } : spec;
  const text = JSON.stringify(full, function (this: Record<string, unknown>, key, value: unknown) {
    // A table's own toJSON gives text, so the table is looked at before that.
    const held = this[key];
    if (isTable(held)) return key === "data" ? { values: held.objects({}) } : held.objects({});
    if (types.isTypedArray(held)) return Array.from(held as Iterable<unknown>);
    return typeof value === "bigint" ? Number(value) : value;
  });
  if (text.length > LETTERS) {
    const size = `${Math.round(text.length / 2 ** 20)} MB`;
    throw new TooLarge(
      `Its data are ${size} of JSON, more than a notebook bears: aggregate them first, sample them, or leave out columns`,
    );
  }
  // Made from an object, so it is one.
  return JSON.parse(text) as Spec;
}
