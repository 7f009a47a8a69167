import type { ArtifactUse } from "../../lineage/events.js";
import { duration } from "../../pipeline/run/print-progress.js";
import type { ReportData, ReportFile, ReportStep } from "../collect/report-data.js";
import { bytesText, shortNumber } from "./format.js";
import { type Html, html, nothing } from "./html.js";
import { stepColour } from "./step-colour.js";

/** What each step did: status, time, cost, what it took and gave. */
export function renderSteps({ steps }: ReportData): Html {
  if (steps.length === 0) return nothing;
  const names = steps.map(({ name }) => name);
  return html`<section id="steps" aria-labelledby="steps-title">
<h2 id="steps-title">Steps</h2>
<div class="wide"><table class="steps"><thead><tr><th scope="col">step</th><th scope="col" class="number">time</th><th scope="col" class="number">processor</th><th scope="col" class="number">memory</th><th scope="col">took</th><th scope="col">gave</th></tr></thead><tbody>${steps.map(
    (step) => row(step, stepColour(names, step.name)),
  )}</tbody></table></div>
</section>`;
}

function row(step: ReportStep, colour: string): Html {
  const failed = step.error;
  return html`<tr class="${colour}"><th scope="row"><span class="band">${step.name}</span> <span class="status ${step.status}">${step.status}</span><br><small class="quiet">${reason(step)}</small></th>
<td class="number">${step.status === "skipped" ? null : duration(step.durationMs)}</td><td class="number">${step.cpuMs > 0 ? duration(step.cpuMs) : null}</td><td class="number">${step.peakMemoryBytes > 0 ? bytesText(step.peakMemoryBytes) : null}</td>
<td>${[...step.files.map(fileUse), ...step.inputs.map(artifact)]}${step.params.length === 0 ? null : html`<div><span class="quiet">params</span> ${step.params.join(", ")}</div>`}</td>
<td>${step.outputs.map(artifact)}${step.metrics.length === 0 ? null : html`<div><span class="quiet">metrics</span> ${shortList(step.metrics)}</div>`}${failed === null ? null : html`<p class="error"><strong>${failed.name}</strong>: ${failed.message}</p>`}</td></tr>`;
}

/** The first names; all of them stand in the table of metrics. */
function shortList(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

function reason({ cachedFrom, reason }: ReportStep): Html {
  return cachedFrom === null
    ? html`${reason}`
    : html`nothing changed since run <code class="hash" title="${cachedFrom}">…${cachedFrom.slice(-6)}</code>`;
}

function artifact({ name, hash, summary }: ArtifactUse): Html {
  return html`<div><strong>${name}</strong> <span class="quiet">${summary}</span> ${shortHash(hash)}</div>`;
}

function fileUse({ name, sha256, bytes }: ReportFile): Html {
  return html`<div><strong>${name}</strong> <span class="quiet">${bytes === null ? null : bytesText(bytes)}</span> ${shortHash(sha256)}</div>`;
}

/** The first letters of a hash, with the whole of it for who points at it. */
export function shortHash(hash: string | null): Html {
  return hash === null
    ? html`<span class="quiet">no hash</span>`
    : html`<code class="hash" title="sha256 ${hash}">${hash.slice(0, 12)}</code>`;
}

/** The main metrics of a step, short. */
export function metricsOf(step: ReportStep, { metrics }: ReportData): string {
  return metrics
    .filter(({ name, step: of }) => of === step.name && !name.includes("."))
    .map(({ name, value }) => `${name} ${shortNumber(value)}`)
    .join(", ");
}
