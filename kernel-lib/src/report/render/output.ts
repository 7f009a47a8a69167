import { stripVTControlCharacters } from "node:util";
import type { StepOutput } from "../../pipeline/run/output-log.js";
import { renderChart } from "./chart.js";
import { type Html, html, nothing } from "./html.js";
import { renderMarkdown } from "./markdown.js";
import { IMAGE_DATA, sanitizeHtml } from "./sanitize.js";

/** What outputs need of the world outside. */
export interface OutputContext {
  /** A local image as a data URI; null where it is not there, too large, or anywhere on the network. */
  readonly image: (src: string, folder: string) => string | null;
  /** The text of a data file that a chart names. Throws where it must not be read. */
  readonly readData: (url: string, folder: string) => string;
  /** Told what could not be shown. */
  readonly warn: (message: string) => void;
}

/** Letters of plain text that are shown of one output. */
const TEXT_AT_MOST = 20_000;
const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

/** One output in the richest way that a page without scripts can show. */
export async function renderOutput(
  output: StepOutput,
  id: string,
  folder: string,
  context: OutputContext,
): Promise<Html> {
  if (output.kind === "stream") return textBlock(output.text, output.name);
  const { data } = output;
  const chart = chartOf(data);
  if (chart !== null) {
    try {
      const svg = await renderChart(chart.spec, {
        kind: chart.kind,
        id,
        readData: (url) => context.readData(url, folder),
      });
      return html`<figure class="wide">${svg}</figure>`;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.warn(`A chart could not be drawn: ${why}`);
      return html`<p class="error">This chart could not be drawn: ${why}</p>`;
    }
  }
  if (typeof data["text/html"] === "string") {
    const image = (src: string): string | null => context.image(src, folder);
    return html`<div class="wide rich">${sanitizeHtml(data["text/html"], { image, headingShift: 2 })}</div>`;
  }
  const image = imageOf(data);
  if (image !== null)
    return html`<figure><img src="${image}" alt="${plain(data) || "Picture that the cell showed"}"></figure>`;
  if (typeof data["text/markdown"] === "string") {
    return html`<div class="prose">${renderMarkdown(data["text/markdown"], { headingShift: 2 })}</div>`;
  }
  if (data["application/json"] !== undefined && data["text/plain"] === undefined)
    return textBlock(JSON.stringify(data["application/json"], null, 2), "stdout");
  const text = plain(data);
  return text === "" ? nothing : textBlock(text, "stdout");
}

function chartOf(data: Readonly<Record<string, unknown>>): { kind: "vega" | "vega-lite"; spec: object } | null {
  for (const [mime, spec] of Object.entries(data)) {
    const kind = /^application\/vnd\.(vega(?:lite)?)\.v\d+\+json$/.exec(mime)?.[1];
    if (kind !== undefined && typeof spec === "object" && spec !== null)
      return { kind: kind === "vega" ? "vega" : "vega-lite", spec };
  }
  return null;
}

function imageOf(data: Readonly<Record<string, unknown>>): string | null {
  const svg = data["image/svg+xml"];
  // As an image it is a picture and nothing else: no script in it runs.
  if (typeof svg === "string") return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const mime = IMAGES.find((mime) => typeof data[mime] === "string");
  const uri = mime === undefined ? null : `data:${mime};base64,${String(data[mime]).replace(/\s/g, "")}`;
  return uri !== null && IMAGE_DATA.test(uri) ? uri : null;
}

function plain(data: Readonly<Record<string, unknown>>): string {
  const text = data["text/plain"];
  return typeof text === "string" ? text : "";
}

function textBlock(text: string, stream: "stdout" | "stderr"): Html {
  const clean = stripVTControlCharacters(text).trimEnd();
  if (clean === "") return nothing;
  const shown =
    clean.length > TEXT_AT_MOST
      ? `${clean.slice(0, TEXT_AT_MOST)}\n… (${clean.length - TEXT_AT_MOST} more letters)`
      : clean;
  return html`<pre class="text ${stream}" tabindex="0">${shown}</pre>`;
}
