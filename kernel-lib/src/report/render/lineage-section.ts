import type { ReportData } from "../collect/report-data.js";
import { bytesText } from "./format.js";
import { type Html, html, nothing } from "./html.js";
import { stepColour } from "./step-colour.js";
import { metricsOf } from "./steps-section.js";

const ROW = 46;
const TOP = 14;
/** Where the dots stand; the arcs bend to their left. */
const DOTS = 110;
const WIDTH = 760;

interface Row {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly colour: string;
}

/** The way of the data from files through steps to metrics as a picture, then the way back from each metric as a tree. */
export function renderLineage(data: ReportData): Html {
  if (data.steps.length === 0 && data.lineage.length === 0) return nothing;
  return html`<section id="lineage" aria-labelledby="lineage-title">
<h2 id="lineage-title">Lineage</h2>
${data.steps.length === 0 ? null : picture(data)}
${data.lineage.map(
  (
    { metrics, tree },
    index,
  ) => html`<details${index === 0 ? html` open` : null}><summary>Where <strong>${listed(metrics)}</strong> came from</summary>
<pre class="text tree" tabindex="0">${tree}</pre></details>`,
)}
</section>`;
}

/** Rows in the order of work; an arc for each value that travels, from who made it to who took it. */
function picture(data: ReportData): Html {
  const names = data.steps.map(({ name }) => name);
  const files: Row[] = data.files.map(({ name, path, bytes, sha256 }) => ({
    key: `file ${path}`,
    label: name,
    detail: [bytes === null ? "" : bytesText(bytes), sha256?.slice(0, 12) ?? ""].filter(Boolean).join(" · "),
    colour: "plain",
  }));
  const steps: Row[] = data.steps.map((step) => ({
    key: step.name,
    label: step.name,
    detail: [step.outputs.map(({ name }) => name).join(", "), metricsOf(step, data)].filter(Boolean).join(" · "),
    colour: stepColour(names, step.name),
  }));
  const rows = [...files, ...steps];
  const at = (key: string): number => rows.findIndex((row) => row.key === key);
  const arcs = data.steps.flatMap((step, place) => {
    const from = new Map<string, string[]>();
    for (const { path, name } of step.files) from.set(`file ${path}`, [name]);
    for (const input of step.inputs) {
      const maker = data.steps
        .slice(0, place)
        .findLast(({ outputs }) => outputs.some(({ name, hash }) => name === input.name && hash === input.hash));
      if (maker) from.set(maker.name, [...(from.get(maker.name) ?? []), input.name]);
    }
    return [...from].map(([key, values]) => ({ from: at(key), to: at(step.name), values }));
  });
  const height = TOP * 2 + (rows.length - 1) * ROW + 16;
  const y = (row: number): number => TOP + row * ROW + 4;
  const colourOf = (row: number): string => rows[row]?.colour ?? "plain";
  return html`<figure class="wide"><svg class="flow" role="img" aria-label="The way of the data from file to metric: ${arcs.map(({ from, to, values }) => `${values.join(" and ")} from ${rows[from]?.label ?? ""} to ${rows[to]?.label ?? ""}`).join("; ")}" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" xmlns="http://www.w3.org/2000/svg">
${arcs.map(({ from, to, values }) => {
  const [a, b] = [y(from), y(to)];
  const depth = to - from === 1 ? 0 : Math.min(DOTS, 22 * (to - from));
  return html`<path class="arc ${colourOf(from)}" d="M ${DOTS} ${a} C ${DOTS - depth * 1.3} ${a + (depth > 0 ? 10 : 0)}, ${DOTS - depth * 1.3} ${b - (depth > 0 ? 10 : 0)}, ${DOTS} ${b}"><title>${values.join(", ")}: ${rows[from]?.label ?? null} to ${rows[to]?.label ?? null}</title></path>`;
})}
${rows.map((row, index) => html`<circle class="dot ${row.colour}" cx="${DOTS}" cy="${y(index)}" r="6"/><text class="name ${row.colour}" x="${DOTS + 18}" y="${y(index) + 1}">${row.label}</text><text class="detail" x="${DOTS + 18}" y="${y(index) + 17}">${clip(row.detail)}</text>`)}
</svg></figure>`;
}

function clip(text: string): string {
  return text.length > 96 ? `${text.slice(0, 95)}…` : text;
}

function listed(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
