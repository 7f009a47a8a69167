import { duration } from "../../pipeline/run/print-progress.js";
import { mainMetrics } from "../collect/explain-metrics.js";
import type { ReportData, ReportParam } from "../collect/report-data.js";
import { momentText, shortNumber, valueText } from "./format.js";
import { type Html, html, nothing } from "./html.js";

/** Title, what became of the run, and what a reader must know before the rest. */
export function renderHeader({ title, summary, environment, warnings }: ReportData): Html {
  const commit = environment?.gitCommit;
  const facts: (Html | null)[] = [
    html`<span class="status ${summary.status}">${summary.status}</span>`,
    html`<time datetime="${summary.startedAt}">${momentText(summary.startedAt)}</time>`,
    summary.durationMs === null ? null : html`<span>${duration(summary.durationMs)}</span>`,
    summary.notebook === null ? null : html`<span><code>${summary.notebook}</code></span>`,
    html`<span>${summary.author.replace(/\s*<[^>]*>$/, "")}</span>`,
    commit
      ? html`<span>commit <code>${commit.slice(0, 10)}</code>${environment?.gitDirty ? " and changes" : ""}</span>`
      : null,
  ];
  return html`<header>
<p class="eyebrow">${summary.kind === "pipeline" ? "Run" : "Session"} <code>${summary.run}</code></p>
<h1>${title}</h1>
<p class="facts">${facts.map((fact) => (fact === null ? null : html`${fact} `))}</p>
${warnings.map((warning) => html`<p class="warning" role="note">${warning}</p>`)}
</header>`;
}

/** The numbers that matter, large; those with a dot in their name below them. */
export function renderMetrics({ metrics, steps }: ReportData): Html {
  if (metrics.length === 0) return nothing;
  const main = mainMetrics(metrics).slice(0, 6);
  const rest = metrics.filter((metric) => !main.includes(metric));
  const hasSteps = steps.length > 0;
  return html`<section id="metrics" aria-labelledby="metrics-title">
<h2 id="metrics-title">Metrics</h2>
<dl class="figures">${main.map(({ name, value }) => html`<div><dt>${name}</dt><dd><data value="${value}" title="${value}">${shortNumber(value)}</data></dd></div>`)}</dl>
${
  rest.length === 0
    ? null
    : html`<div class="wide"><table><thead><tr><th scope="col">metric</th><th scope="col" class="number">value</th>${hasSteps ? html`<th scope="col">step</th>` : null}</tr></thead><tbody>${rest.map(
        ({ name, value, step }) =>
          html`<tr><th scope="row">${name}</th><td class="number"><data value="${value}" title="${value}">${shortNumber(value)}</data></td>${hasSteps ? html`<td>${step}</td>` : null}</tr>`,
      )}</tbody></table></div>`
}
</section>`;
}

export function renderParams({ params }: ReportData): Html {
  if (params.length === 0) return nothing;
  return html`<section id="params" aria-labelledby="params-title">
<h2 id="params-title">Parameters</h2>
<div class="wide"><table><thead><tr><th scope="col">name</th><th scope="col">value</th><th scope="col">default</th><th scope="col">allowed</th><th scope="col">meaning</th></tr></thead><tbody>${params.map(
    (param) =>
      html`<tr><th scope="row">${param.name}</th><td><strong>${valueText(param.value)}</strong></td><td>${isDefault(param) ? html`<span class="quiet">the same</span>` : param.use === null ? null : valueText(param.default)}</td><td>${allowed(param)}</td><td>${param.use?.description ?? null}</td></tr>`,
  )}</tbody></table></div>
</section>`;
}

/** True where the run took the notebook's own value. */
export function isDefault(param: ReportParam): boolean {
  return param.use !== null && JSON.stringify(param.value) === JSON.stringify(param.default);
}

function allowed({ use }: ReportParam): string {
  if (use?.choices) return use.choices.map(valueText).join(", ");
  const from = use?.min === undefined ? null : shortNumber(use.min);
  const to = use?.max === undefined ? null : shortNumber(use.max);
  if (from !== null && to !== null) return `${from} to ${to}`;
  return from !== null ? `at least ${from}` : to !== null ? `at most ${to}` : "";
}
