import { types } from "node:util";
import { isTable } from "./known-values.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { toText } from "./to-text.js";

/** The newest Vega-Lite that JupyterLab 4 has a MIME type for; the specs that people write are the same in 6. */
const VEGA_LITE_MIME = "application/vnd.vegalite.v5+json";
const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
const VEGA_MIME = "application/vnd.vega.v5+json";
const VEGA_SCHEMA = "https://vega.github.io/schema/vega/v5.json";

/** A Vega-Lite or Vega chart, or null if the value is no chart. */
export function showChart(value: object): MimeBundle | null {
  const spec = specOf(value);
  if (spec === null) return null;
  const schema = typeof spec["$schema"] === "string" ? spec["$schema"] : "";
  if (/\/vega\/v\d/.test(schema))
    return bundle({ [VEGA_MIME]: { ...plain(spec), $schema: VEGA_SCHEMA }, "text/plain": toText(spec) });
  if (schema.includes("vega-lite") || looksLikeVegaLite(spec)) return vegaLite(spec);
  return null;
}

/** A Vega-Lite spec that is known to be one. */
export function vegaLite(spec: object): MimeBundle {
  return bundle({ [VEGA_LITE_MIME]: { ...plain(spec), $schema: VEGA_LITE_SCHEMA }, "text/plain": toText(spec) });
}

type Spec = Record<string, unknown>;

/** The value itself if it is a bare object, or what its `toSpec()` gives. */
function specOf(value: object): Spec | null {
  if (types.isProxy(value)) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  // vega-lite-api's charts are functions.
  if ("toSpec" in value && typeof value.toSpec === "function") {
    const spec: unknown = value.toSpec();
    return typeof spec === "object" && spec !== null ? (spec as Spec) : null;
  }
  return prototype === Object.prototype || prototype === null ? (value as Spec) : null;
}

const compositions = ["layer", "concat", "hconcat", "vconcat", "repeat", "facet"];

function looksLikeVegaLite(spec: Spec): boolean {
  const { mark } = spec;
  const marked =
    (typeof mark === "string" || (typeof mark === "object" && mark !== null && "type" in mark)) && "encoding" in spec;
  const composed = compositions.some((key) => typeof spec[key] === "object" && spec[key] !== null);
  if (!marked && !composed) return false;
  return (
    typeof spec["data"] === "object" ||
    compositions.some(
      (key) =>
        Array.isArray(spec[key]) &&
        (spec[key] as unknown[]).some((part) => typeof part === "object" && part !== null && "data" in part),
    )
  );
}

/** The spec as JSON: tables as rows, big integers as numbers. */
function plain(spec: object): Spec {
  const text = JSON.stringify(spec, function (this: Record<string, unknown>, key, value: unknown) {
    // A table's own toJSON gives text, so the table is looked at before that.
    const held = this[key];
    if (isTable(held)) return held.objects({});
    return typeof value === "bigint" ? Number(value) : value;
  });
  // Made from an object, so it is one.
  return JSON.parse(text) as Spec;
}
