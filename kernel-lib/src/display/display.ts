import { bundle, type MimeBundle } from "./mime-bundle.js";
import { vegaLite } from "./show-chart.js";
import { base64 } from "./show-image.js";
import { sendToSink } from "./sink.js";
import { toMimeBundle } from "./to-mime-bundle.js";

export interface DisplayOptions {
  /** A name under which this output can be replaced by `display(value, { id, update: true })`. */
  readonly id?: string;
  /** Replaces what was shown under `id` instead of adding an output. */
  readonly update?: boolean;
}

export interface Display {
  /** Shows a value below the cell as the notebook shows a last expression: tables, charts, pictures, text. */
  (value: unknown, options?: DisplayOptions): void;
  html(text: string, options?: DisplayOptions): void;
  /** Any JSON value, as a tree to unfold. */
  json(value: unknown, options?: DisplayOptions): void;
  /** Without the dollar signs. */
  latex(text: string, options?: DisplayOptions): void;
  markdown(text: string, options?: DisplayOptions): void;
  /** Bytes, or text in base64. */
  png(bytes: Uint8Array | string, options?: DisplayOptions): void;
  svg(text: string, options?: DisplayOptions): void;
  vegaLite(spec: object, options?: DisplayOptions): void;
}

export const display: Display = Object.assign(
  (value: unknown, options?: DisplayOptions) => send(toMimeBundle(value), options),
  {
    html: (text: string, options?: DisplayOptions) => send(bundle({ "text/html": text, "text/plain": text }), options),
    json: (value: unknown, options?: DisplayOptions) =>
      send(bundle({ "application/json": value, "text/plain": JSON.stringify(value, null, 2) }), options),
    latex: (text: string, options?: DisplayOptions) =>
      send(bundle({ "text/latex": `$$${text}$$`, "text/plain": text }), options),
    markdown: (text: string, options?: DisplayOptions) =>
      send(bundle({ "text/markdown": text, "text/plain": text }), options),
    png: (bytes: Uint8Array | string, options?: DisplayOptions) =>
      send(
        bundle({ "image/png": typeof bytes === "string" ? bytes : base64(bytes), "text/plain": "[image/png]" }),
        options,
      ),
    svg: (text: string, options?: DisplayOptions) =>
      send(bundle({ "image/svg+xml": text, "text/plain": "[image/svg+xml]" }), options),
    vegaLite: (spec: object, options?: DisplayOptions) => send(vegaLite(spec), options),
  },
);

function send({ data, metadata }: MimeBundle, { id, update = false }: DisplayOptions = {}): void {
  if (update && id === undefined)
    throw new TypeError("Cannot update an output without knowing which: give the id it was shown under");
  sendToSink({ data, metadata, update, ...(id === undefined ? {} : { id }) });
}
