import { dirname } from "node:path";
import type { ReportCell, ReportData } from "../collect/report-data.js";
import { highlight } from "./highlight.js";
import { type Html, html, nothing } from "./html.js";
import { firstHeading, renderMarkdown, withoutFirstHeading } from "./markdown.js";
import { type OutputContext, renderOutput } from "./output.js";
import { stepColour } from "./step-colour.js";

/** The notebook as it was told: prose open, code folded, what its cells showed. */
export async function renderNotebook(data: ReportData, context: OutputContext): Promise<Html> {
  if (data.cells.length === 0) return nothing;
  let titled = false;
  const parts: Html[] = [];
  for (const cell of data.cells) {
    // The first heading stands on top of the page already.
    const isTitle: boolean = !titled && cell.kind === "markdown" && firstHeading(cell.source) !== null;
    titled ||= isTitle;
    if (cell.kind === "markdown") parts.push(renderProse(cell, isTitle, context, data));
    else if (cell.kind === "code" && cell.source.trim() !== "") parts.push(await renderCode(cell, data, context));
  }
  return html`<section id="notebook" aria-labelledby="notebook-title">
<h2 id="notebook-title">Notebook</h2>
${parts}
</section>`;
}

function renderProse(cell: ReportCell, isTitle: boolean, context: OutputContext, data: ReportData): Html {
  const source = isTitle ? withoutFirstHeading(cell.source) : cell.source;
  const folder = dirname(data.summary.notebook ?? "");
  const image = (src: string): string | null =>
    src.startsWith("attachment:")
      ? (cell.attachments[src.slice("attachment:".length)] ?? null)
      : context.image(src, folder);
  return html`<div class="prose">${renderMarkdown(source, { headingShift: 1, image })}</div>\n`;
}

async function renderCode(cell: ReportCell, { steps, summary }: ReportData, context: OutputContext): Promise<Html> {
  const label = cell.step ?? cell.role;
  const colour =
    cell.step === null
      ? null
      : stepColour(
          steps.map(({ name }) => name),
          cell.step,
        );
  const lines = cell.source.trimEnd().split("\n").length;
  const outputs: Html[] = [];
  for (const [index, output] of cell.outputs.entries()) {
    outputs.push(await renderOutput(output, `c${cell.number}-${index}`, dirname(summary.notebook ?? ""), context));
  }
  const about = cell.outputsFrom === "file" && summary.kind === "pipeline" ? "as saved in the notebook" : null;
  return html`<div class="cell ${colour ?? "plain"}">
<details><summary>${label === null ? null : html`<span class="band">${label}</span> `}<span class="quiet">cell ${cell.number}, ${lines} line${lines === 1 ? "" : "s"} of code</span></summary>
<pre class="code" tabindex="0"><code>${highlight(cell.source.trimEnd())}</code></pre></details>
${cell.error === null ? null : html`<p class="error"><strong>${cell.error.name}</strong>: ${cell.error.message}${cell.error.line === null ? null : html` <span class="quiet">line ${cell.error.line}</span>`}</p>`}
${outputs.length === 0 ? null : html`<div class="outputs">${about === null ? null : html`<p class="quiet">${about}</p>`}${outputs}</div>`}
</div>\n`;
}
