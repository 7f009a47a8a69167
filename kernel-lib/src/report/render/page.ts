import { createHash } from "node:crypto";
import type { ReportData } from "../collect/report-data.js";
import { renderHeader, renderMetrics, renderParams } from "./header.js";
import { Html, html } from "./html.js";
import { renderLineage } from "./lineage-section.js";
import { renderNotebook } from "./notebook-section.js";
import type { OutputContext } from "./output.js";
import { renderReproduce } from "./reproduce-section.js";
import { renderSteps } from "./steps-section.js";
import { STYLE } from "./style.js";

/** One HTML document that needs nothing beside itself: no script, no network, no other file. */
export async function renderPage(data: ReportData, context: OutputContext): Promise<string> {
  const sections = [
    { id: "metrics", name: "Metrics", body: renderMetrics(data) },
    { id: "params", name: "Parameters", body: renderParams(data) },
    { id: "notebook", name: "Notebook", body: await renderNotebook(data, context) },
    { id: "steps", name: "Steps", body: renderSteps(data) },
    { id: "lineage", name: "Lineage", body: renderLineage(data) },
    { id: "reproduce", name: "Reproduce", body: renderReproduce(data) },
  ].filter(({ body }) => body.toString() !== "");
  // The policy names the one style sheet by its hash: whatever else got in would neither run nor load.
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Tagline ${data.environment?.tagline ?? ""}">
<title>${data.title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<nav aria-label="Sections">${sections.map(({ id, name }) => html`<a href="#${id}">${name}</a> `)}</nav>
<main id="main">
${renderHeader(data)}
${sections.map(({ body }) => body)}
</main>
<footer><p>Made by Tagline from run <code>${data.summary.run}</code>.</p></footer>
</body>
</html>
`.toString();
}
