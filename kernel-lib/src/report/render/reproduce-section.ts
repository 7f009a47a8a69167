import type { ReportData } from "../collect/report-data.js";
import { bytesText, valueText } from "./format.js";
import { isDefault } from "./header.js";
import { type Html, html } from "./html.js";

/** Commands, versions and hashes: what somebody else needs to get the same numbers. */
export function renderReproduce(data: ReportData): Html {
  const { summary, environment, notebookHash, files, unkept } = data;
  const facts: (readonly [string, string])[] = [
    ...(environment === null
      ? []
      : [
          ["Tagline", environment.tagline] as const,
          ["Node", environment.node] as const,
          ["System", environment.os] as const,
          ["Git commit", commitText(environment.gitCommit, environment.gitDirty)] as const,
        ]),
    ...(notebookHash === null ? [] : [["Notebook, sha256", notebookHash] as const]),
  ];
  return html`<section id="reproduce" aria-labelledby="reproduce-title">
<h2 id="reproduce-title">How to reproduce</h2>
<pre class="text" tabindex="0">${commands(data)}</pre>
<dl class="pairs">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`)}</dl>
${
  files.length === 0
    ? null
    : html`<p>It read ${files.length === 1 ? "one file" : `${files.length} files`}:</p>
<div class="wide"><table><thead><tr><th scope="col">file</th><th scope="col" class="number">size</th><th scope="col">sha256</th></tr></thead><tbody>${files.map(
        ({ name, bytes, sha256 }) =>
          html`<tr><th scope="row">${name}</th><td class="number">${bytes === null ? null : bytesText(bytes)}</td><td><code class="full">${sha256 ?? "not known"}</code></td></tr>`,
      )}</tbody></table></div>`
}
${unkept === null || unkept.length === 0 ? null : html`<ul>${unkept.map(({ path, reason }) => html`<li>Not reproducible if <code>${path}</code> changes: ${reason}.</li>`)}</ul>`}
${summary.kind === "session" ? html`<p>A session depends on the order in which its cells were run. Tag its cells as steps, and <code>tagline run</code> gives a run that repeats.</p>` : null}
</section>`;
}

function commands({ summary, environment, params, unkept }: ReportData): string {
  const lines: string[] = [];
  if (environment?.gitCommit)
    lines.push(`git checkout ${environment.gitCommit}${environment.gitDirty ? "   # files differed from it" : ""}`);
  if (summary.notebook !== null) {
    const given = params
      .filter((param) => !isDefault(param))
      .map(({ name, value }) => ` -p ${shellWord(`${name}=${valueText(value)}`)}`);
    lines.push(`npx tagline run ${shellWord(summary.notebook)}${given.join("")}`);
  }
  if (unkept !== null) lines.push(`npx tagline restore ${summary.run}   # notebook and inputs as they were`);
  lines.push(`npx tagline why run:${summary.run}`);
  return lines.join("\n");
}

function commitText(commit: string | null, dirty: boolean | null): string {
  if (commit === null) return "not in a repository";
  return `${commit}${dirty ? ", and files differed from it" : ""}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
