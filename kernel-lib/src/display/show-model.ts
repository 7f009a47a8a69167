import { escapeHtml } from "./escape-html.js";
import type { LayersModelLike } from "./known-values.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";

/** A tfjs layers model: its layers with output shapes and parameters, as tfjs sums it up in text and as a table. */
export function showModel(model: LayersModelLike): MimeBundle {
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  const text = lines.join("\n");
  return bundle({ "text/html": modelHtml(model, totals(text)), "text/plain": text });
}

const CELL = 'style="text-align:left"';
const NUMBER = 'style="text-align:right"';

function modelHtml(model: LayersModelLike, foot: string): string {
  const rows = model.layers.map((layer) => {
    const cells = [layer.name, layer.getClassName(), shapeText(layer.outputShape)].map(
      (text) => `<td ${CELL}>${escapeHtml(text)}</td>`,
    );
    return `<tr>${cells.join("")}<td ${NUMBER}>${layer.countParams().toLocaleString("en")}</td></tr>`;
  });
  const head = ["Layer", "Type", "Output shape"].map((text) => `<th ${CELL}>${text}</th>`).join("");
  return [
    '<div class="tagline-model"><div style="overflow-x:auto"><table class="dataframe" style="margin:0">',
    `<thead><tr>${head}<th ${NUMBER}>Parameters</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`,
    `<p style="margin:4px 0;opacity:.7">${escapeHtml(foot)}</p></div>`,
  ].join("");
}

/** `131 parameters, 131 of them trainable`, by what the summary says. */
function totals(summary: string): string {
  const [total, trainable] = ["Total", "Trainable"].map((kind) =>
    Number(new RegExp(`^${kind} params: (\\d+)`, "m").exec(summary)?.[1] ?? 0).toLocaleString("en"),
  );
  return `${total} parameters, ${trainable} of them trainable`;
}

/** `[null, 16]`, or several of those. */
function shapeText(shape: unknown): string {
  if (!Array.isArray(shape)) return String(shape);
  return `[${shape.map((part: unknown) => (Array.isArray(part) ? shapeText(part) : String(part))).join(", ")}]`;
}
