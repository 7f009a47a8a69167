import { type CellText, oneLine } from "./cell-text.js";
import { escapeHtml } from "./escape-html.js";
import type { ShownPage, ShownTable } from "./shown-table.js";

/** Letters of one cell, and of the whole value in its tooltip. */
const CELL = 80;
const TOOLTIP = 500;

const LEFT = "text-align:left;white-space:nowrap";
const RIGHT = "text-align:right;white-space:nowrap";
const QUIET = ";opacity:.6";

/**
 * A table as HTML that says all by inline styles, so that it looks the same where style sheets are taken away. Leafing needs
 * one: without it the open page is all there is to see, and the row of pages is not.
 */
export function tableHtml({ columns, hiddenColumns, pages, open, size, place }: ShownTable): string {
  const head = columns.map(
    ({ name, type }) =>
      `<th style="${isRight(type) ? RIGHT : LEFT}">${escapeHtml(oneLine(name, CELL))}<br><small style="font-weight:normal;opacity:.7">${escapeHtml(type)}</small></th>`,
  );
  const bodies = pages.map((page, index) => bodyHtml(page, index === open));
  const rest = hiddenColumns.length === 0 ? "" : `, ${hiddenColumns.length} of them not shown`;
  const where = place === null || pages.length > 1 ? "" : `, ${place}`;
  return [
    '<div class="tagline-table">',
    pages.length > 1 ? styleOf(pages.length) : "",
    '<div style="overflow-x:auto">',
    `<table class="dataframe" style="margin:0"><thead><tr><th></th>${head.join("")}</tr></thead>${bodies.join("")}</table>`,
    "</div>",
    pages.length > 1 ? pager(pages, open, size) : `<p style="margin:4px 0;opacity:.7">${size}${rest}${where}</p>`,
    pages.length > 1
      ? `<p style="margin:4px 0;opacity:.7">${size}${rest}<span class="tagline-place">, ${place}</span></p>`
      : "",
    "</div>",
  ].join("");
}

function bodyHtml({ offset, rows }: ShownPage, isOpen: boolean): string {
  const lines = rows.map(
    (row, index) =>
      `<tr><th style="text-align:right;font-weight:normal;opacity:.5">${offset + index}</th>${row.map(cellHtml).join("")}</tr>`,
  );
  // JupyterLab takes the attribute from what it does not trust, but not the style.
  return `<tbody${isOpen ? "" : ' hidden style="display:none"'}>${lines.join("")}</tbody>`;
}

function cellHtml({ text, right, quiet, whole }: CellText): string {
  const shown = oneLine(text, CELL);
  const full = whole ?? (shown === text ? undefined : text.slice(0, TOOLTIP));
  const title = full === undefined ? "" : ` title="${escapeHtml(full)}"`;
  return `<td style="${right ? RIGHT : LEFT}${quiet ? QUIET : ""}"${title}>${escapeHtml(shown)}</td>`;
}

function isRight(type: string): boolean {
  return type === "number" || type === "bigint";
}

/**
 * Radio buttons in a form of their own are a group that another output has no part in. JupyterLab would take the arrow keys for
 * itself if it were not told otherwise.
 */
function pager(pages: readonly ShownPage[], open: number, size: string): string {
  const labels = pages.map(
    ({ number }, index) =>
      `<label><input type="radio" name="page" data-lm-suppress-shortcuts="true" class="tagline-page-${index + 1}"${index === open ? " checked" : ""}>${number.toLocaleString("en")}</label>`,
  );
  return `<form class="tagline-pages" style="display:none" aria-label="Pages of the table with ${size}">${labels.join("")}</form>`;
}

/** The same rules for every table with as many pages. A page that is not seen still holds the columns' widths. */
function styleOf(count: number): string {
  const at = ".tagline-table:has(> form .tagline-page-";
  const rules = Array.from({ length: count }, (_, index) => {
    const page = index + 1;
    return `${at}${page}:checked) tbody:nth-of-type(${page}){visibility:visible!important}`;
  });
  return `<style>${[
    ".tagline-table .tagline-pages{display:flex!important;flex-wrap:wrap;gap:2px;margin:4px 0}",
    ".tagline-table .tagline-pages label{padding:1px 7px;border-radius:3px;cursor:pointer;font-variant-numeric:tabular-nums;opacity:.75}",
    ".tagline-table .tagline-pages label:hover{background:#8883}",
    ".tagline-table .tagline-pages label:has(:checked){background:#8884;opacity:1;font-weight:600}",
    ".tagline-table .tagline-pages label:has(:focus-visible){outline:2px solid currentColor}",
    ".tagline-table .tagline-pages input{position:absolute;opacity:0;width:1px;height:1px;margin:0}",
    ".tagline-table:has(> form) tbody{display:table-row-group!important;visibility:collapse}",
    ".tagline-table .tagline-place{display:none}",
    ...rules,
  ].join("")}</style>`;
}
