import type { Notebook } from "../../../notebook/notebook.js";

/** A markdown heading, and the code cells below it up to the next one. */
export interface Section {
  readonly heading: string;
  /** 1 to 6; 7 for a line in bold. */
  readonly level: number;
}

/** The section of each code cell, by id. The notebook's title heads none. */
export function sectionsOf(notebook: Notebook): Map<string, Section> {
  const sections = new Map<string, Section>();
  let current: Section | null = null;
  let isFirst = true;
  const all = notebook.cells.filter(({ kind }) => kind === "markdown").flatMap(({ source }) => headingsIn(source));
  const highest = Math.min(...all.map(({ level }) => level));
  const firstCode = notebook.cells.findIndex(({ kind }) => kind === "code");
  const opens = notebook.cells
    .slice(0, firstCode)
    .some(({ kind, source }) => kind === "markdown" && headingsIn(source).length > 0);
  const isAlone = all.filter(({ level }) => level === highest).length === 1;
  const hasTitle = opens && isAlone && all[0]?.level === highest && (all.length > 1 || highest === 1);
  for (const cell of notebook.cells) {
    if (cell.kind === "markdown") {
      for (const found of headingsIn(cell.source)) {
        current = isFirst && hasTitle ? null : found;
        isFirst = false;
      }
    } else if (cell.kind === "code" && current !== null) sections.set(cell.id, current);
  }
  return sections;
}

function headingsIn(source: string): Section[] {
  const found: Section[] = [];
  let fenced = false;
  const lines = source.split(/\r\n|\n/);
  lines.forEach((line, index) => {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) return;
    const [, marks = "", text = ""] = /^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line) ?? [];
    const underline = /^(?:=+|-+)\s*$/.exec(lines[index + 1] ?? "");
    const bold = /^\*\*([^*]+)\*\*:?\s*$/.exec(line)?.[1];
    if (marks !== "") found.push({ heading: plain(text), level: marks.length });
    else if (underline && /\S/.test(line) && !/^\s*[-|>*]/.test(line))
      found.push({ heading: plain(line), level: underline[0].startsWith("=") ? 1 : 2 });
    else if (bold !== undefined) found.push({ heading: plain(bold), level: 7 });
  });
  return found.filter(({ heading }) => heading !== "");
}

/** Without markup, and without the number that a heading begins with. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]+>|[*_`~]|:\w+:/g, "")
    .replace(/^\s*(?:(?:step|part|section|chapter)\s+)?(?:\d+(?:\.\d+)*|[ivx]+)[.):]?\s+(?=\S)/i, "")
    .replace(/^\s*(?:step|part)\s*\d+\s*[:.-]?\s*/i, "")
    .trim();
}
