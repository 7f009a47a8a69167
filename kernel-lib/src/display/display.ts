import { type DisplayHandle, type DisplayOptions, show } from "./display-handle.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { vegaLite } from "./show-chart.js";
import { base64, type ImageOptions, imageBundle } from "./show-image.js";
import { showTable, type TableOptions } from "./show-table.js";
import { displaySink } from "./sink.js";
import { toJson } from "./to-json.js";
import { toDisplayed } from "./to-mime-bundle.js";

export interface JsonOptions {
  /** Shows the tree unfolded. */
  readonly expanded?: boolean;
}

/** Shows values below the cell. Everything shown can be replaced by the handle that it gives. */
export interface Display {
  /** Shows a value as the notebook shows a last expression: tables, charts, pictures, text. */
  (value: unknown, options?: DisplayOptions): DisplayHandle<unknown>;
  html(text: string, options?: DisplayOptions): DisplayHandle<string>;
  /** Bytes, or text in base64. */
  gif(bytes: Picture, options?: DisplayOptions & ImageOptions): DisplayHandle<Picture>;
  /** A script that runs in the page, where the front end trusts the notebook. */
  javascript(text: string, options?: DisplayOptions): DisplayHandle<string>;
  /** Bytes, or text in base64. */
  jpeg(bytes: Picture, options?: DisplayOptions & ImageOptions): DisplayHandle<Picture>;
  /** Any value, as a tree to unfold. */
  json(value: unknown, options?: DisplayOptions & JsonOptions): DisplayHandle<unknown>;
  /** A formula, with or without its dollar signs. */
  latex(text: string, options?: DisplayOptions): DisplayHandle<string>;
  markdown(text: string, options?: DisplayOptions): DisplayHandle<string>;
  /** Bytes, or text in base64. */
  pdf(bytes: Picture, options?: DisplayOptions): DisplayHandle<Picture>;
  /** Bytes, or text in base64. */
  png(bytes: Picture, options?: DisplayOptions & ImageOptions): DisplayHandle<Picture>;
  /** Content of any other MIME type: text, bytes, or JSON for a type that ends in `json`. */
  raw(mime: string, content: unknown, options?: DisplayOptions): DisplayHandle<unknown>;
  svg(text: string, options?: DisplayOptions): DisplayHandle<string>;
  /**
   * Rows of an arquero table, of a list of objects, or of an object of columns, ten on a page.
   *
   * @throws {TypeError} if the value is none of these, or has no such column
   */
  table(value: object, options?: DisplayOptions & TableOptions): DisplayHandle<object>;
  /** Text as it stands. */
  text(text: string, options?: DisplayOptions): DisplayHandle<string>;
  /** A Vega-Lite spec, or a chart of vega-lite-api; an arquero table may stand for its data. */
  vegaLite(spec: object, options?: DisplayOptions): DisplayHandle<object>;
  /** Bytes, or text in base64. */
  webp(bytes: Picture, options?: DisplayOptions & ImageOptions): DisplayHandle<Picture>;
}

/** Bytes, or text in base64. */
export type Picture = Uint8Array | ArrayBuffer | string;

export const display: Display = Object.assign(
  (value: unknown, options?: DisplayOptions) => show(value, toDisplayed, checked(options)),
  {
    html: textual("text/html"),
    gif: picture("image/gif"),
    javascript: textual("text/javascript"),
    jpeg: picture("image/jpeg"),
    json: (value: unknown, options: DisplayOptions & JsonOptions = {}) =>
      show(value, (given) => jsonBundle(given, options), checked(options)),
    latex: (text: string, options?: DisplayOptions) => show(text, latexBundle, checked(options)),
    markdown: textual("text/markdown"),
    pdf: picture("application/pdf"),
    png: picture("image/png"),
    raw: (mime: string, content: unknown, options?: DisplayOptions) =>
      show(content, (given) => rawBundle(mime, given), checked(options)),
    svg: textual("image/svg+xml"),
    table: (value: object, options: DisplayOptions & TableOptions = {}) =>
      show(value, (given) => showTable(given, options), checked(options)),
    text: textual("text/plain"),
    vegaLite: (spec: object, options?: DisplayOptions) => show(spec, vegaLite, checked(options)),
    webp: picture("image/webp"),
  },
);

/** Takes away what the running cell has shown so far; with `wait`, not before it shows the next thing, so that nothing flickers. */
export function clearOutput({ wait = false }: { readonly wait?: boolean } = {}): void {
  displaySink().clear({ wait });
}

function checked(options: DisplayOptions = {}): DisplayOptions {
  if (options.update === true && options.id === undefined)
    throw new TypeError("Cannot update an output without knowing which: give the id it was shown under");
  return options;
}

function textual(mime: string): (text: string, options?: DisplayOptions) => DisplayHandle<string> {
  return (text, options) => show(text, (given) => rawBundle(mime, String(given)), checked(options));
}

function picture(mime: string): (bytes: Picture, options?: DisplayOptions & ImageOptions) => DisplayHandle<Picture> {
  return (bytes, options) => show(bytes, (given) => pictureBundle(mime, given, options), checked(options));
}

function pictureBundle(mime: string, given: Picture, options?: ImageOptions): MimeBundle {
  const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
  if (typeof bytes !== "string") return imageBundle(mime, base64(bytes), bytes.byteLength, options);
  const content = bytes.replace(/^data:[^,]*;base64,/, "").replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(content))
    throw new TypeError(
      `Cannot show ${JSON.stringify(bytes.slice(0, 40))} as ${mime}: give its bytes, or them in base64`,
    );
  return imageBundle(mime, content, Buffer.byteLength(content, "base64"), options);
}

function jsonBundle(value: unknown, { expanded = false }: JsonOptions): MimeBundle {
  const json = toJson(value);
  return bundle(
    { "application/json": json, "text/plain": JSON.stringify(json, null, 2) },
    expanded ? { "application/json": { expanded } } : {},
  );
}

/** JupyterLab sets what stands between dollar signs, or between `\begin` and `\end`. */
function latexBundle(text: string): MimeBundle {
  const isDelimited = /^\s*(?:\$|\\\(|\\\[|\\begin\{)/.test(text);
  return bundle({ "text/latex": isDelimited ? text : `$$${text}$$`, "text/plain": text });
}

function rawBundle(mime: string, content: unknown): MimeBundle {
  if (content instanceof Uint8Array || content instanceof ArrayBuffer) return pictureBundle(mime, content);
  if (mime === "image/svg+xml") return imageBundle(mime, String(content), Buffer.byteLength(String(content)));
  if (typeof content === "string" && !/[/+]json$/.test(mime)) {
    // A script is nothing to read.
    const plain = mime === "text/javascript" || mime === "application/javascript" ? `[${mime}]` : content;
    return bundle({ [mime]: content, "text/plain": plain });
  }
  const json = typeof content === "string" ? parsed(content) : toJson(content);
  return bundle({ [mime]: json, "text/plain": JSON.stringify(json, null, 2) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
