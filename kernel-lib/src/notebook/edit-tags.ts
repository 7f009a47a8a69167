/**
 * Sets the tags of cells in an .ipynb file's text, and leaves every other byte as it is: the order of members, indentation,
 * line ends, spellings of numbers, what nobody knows.
 *
 * @param text of a notebook that `readNotebook` can read
 * @param tags by 0-based index among all cells
 * @throws {RangeError} if the text has no such cell
 */
export function editTags(text: string, tags: ReadonlyMap<number, readonly string[]>): string {
  const cells = membersOf(text, valueStart(text, 0)).find(({ name }) => name === "cells");
  if (cells === undefined) throw new RangeError("Cannot set tags: the notebook has no list of cells");
  const places = elementsOf(text, cells.start);
  const style = styleOf(text, cells);
  const edits = [...tags].map(([index, wanted]) => {
    const cell = places[index];
    if (cell === undefined)
      throw new RangeError(`Cannot set tags of cell ${index}: the notebook has ${places.length} cells`);
    return editOfCell(text, cell, wanted, style);
  });
  let edited = text;
  for (const { start, end, replacement } of edits.sort((a, b) => b.start - a.start))
    edited = edited.slice(0, start) + replacement + edited.slice(end);
  return edited;
}

interface Span {
  readonly start: number;
  /** Behind the value. */
  readonly end: number;
}

interface Member extends Span {
  readonly name: string;
  /** Where the name's quotation mark stands. */
  readonly nameStart: number;
}

interface Edit extends Span {
  readonly replacement: string;
}

/** How the file is written: what one level of indentation is, and how lines end; null if all is in one line. */
interface Style {
  readonly indent: string;
  readonly newline: string;
}

function editOfCell(text: string, cell: Span, tags: readonly string[], style: Style | null): Edit {
  const members = membersOf(text, cell.start);
  const metadata = members.find(({ name }) => name === "metadata");
  if (metadata === undefined || text[metadata.start] !== "{") {
    const value = objectText([["tags", tags]], depthOf(text, cell.start, style), style);
    return metadata === undefined
      ? insertMember(text, cell, members, "metadata", value, style)
      : { start: metadata.start, end: metadata.end, replacement: value };
  }
  const inner = membersOf(text, metadata.start);
  const known = inner.find(({ name }) => name === "tags");
  if (known !== undefined)
    return {
      start: known.start,
      end: known.end,
      replacement: listText(tags, levelOf(text, known.nameStart, style), style),
    };
  if (inner.length === 0) {
    const level = levelOf(text, metadata.nameStart, style);
    return { start: metadata.start, end: metadata.end, replacement: objectText([["tags", tags]], level, style) };
  }
  const level = levelOf(text, inner[0]?.nameStart ?? metadata.start, style);
  return insertMember(text, metadata, inner, "tags", listText(tags, level, style), style);
}

/** Before the first member with a greater name where names are in order, as Jupyter writes them; else at the end. */
function insertMember(
  text: string,
  parent: Span,
  members: readonly Member[],
  name: string,
  value: string,
  style: Style | null,
): Edit {
  const isSorted = members.every((member, index) => index === 0 || (members[index - 1]?.name ?? "") <= member.name);
  const next = isSorted ? members.find((member) => member.name > name) : undefined;
  const last = members.at(-1);
  const first = members[0];
  const colon =
    first === undefined
      ? ": "
      : text.slice(text.indexOf('"', first.nameStart + 1 + first.name.length) + 1, first.start);
  const written = `${JSON.stringify(name)}${/^\s*:\s*$/.test(colon) ? colon : ": "}${value}`;
  if (next !== undefined) {
    const before = text.slice(spaceBefore(text, next.nameStart), next.nameStart);
    return { start: next.nameStart, end: next.nameStart, replacement: `${written},${before}` };
  }
  if (last === undefined) return { start: parent.start, end: parent.end, replacement: `{${written}}` };
  const before =
    style === null
      ? members.length > 1
        ? text.slice(spaceBefore(text, last.nameStart), last.nameStart)
        : " "
      : text.slice(spaceBefore(text, last.nameStart), last.nameStart);
  return { start: last.end, end: last.end, replacement: `,${before}${written}` };
}

function spaceBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && /\s/.test(text[start - 1] ?? "")) start--;
  return start;
}

/** @param level of the line that the text begins in */
function objectText(
  members: readonly (readonly [string, readonly string[]])[],
  level: number,
  style: Style | null,
): string {
  if (style === null)
    return `{${members.map(([name, value]) => `${JSON.stringify(name)}: ${listText(value, 0, null)}`).join(", ")}}`;
  const inner = style.newline + style.indent.repeat(level + 1);
  return `{${members.map(([name, value]) => `${inner}${JSON.stringify(name)}: ${listText(value, level + 1, style)}`).join(",")}${style.newline}${style.indent.repeat(level)}}`;
}

function listText(tags: readonly string[], level: number, style: Style | null): string {
  if (tags.length === 0) return "[]";
  const items = tags.map((tag) => JSON.stringify(tag));
  if (style === null) return `[${items.join(", ")}]`;
  const inner = style.newline + style.indent.repeat(level + 1);
  return `[${inner}${items.join(`,${inner}`)}${style.newline}${style.indent.repeat(level)}]`;
}

function styleOf(text: string, cells: Member): Style | null {
  const before = /(\r?\n)([ \t]*)$/.exec(text.slice(0, cells.nameStart));
  if (before === null) return null;
  return { newline: before[1] ?? "\n", indent: before[2] ?? " " };
}

/** How many levels deep the line is that this place stands in. */
function levelOf(text: string, at: number, style: Style | null): number {
  if (style === null || style.indent === "") return 0;
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const space = /^[ \t]*/.exec(line)?.[0] ?? "";
  return Math.round(space.length / style.indent.length);
}

function depthOf(text: string, at: number, style: Style | null): number {
  return levelOf(text, at, style) + 1;
}

/** The members of the object that begins at `start`. */
function membersOf(text: string, start: number): Member[] {
  if (text[start] !== "{") return [];
  const found: Member[] = [];
  let at = valueStart(text, start + 1);
  while (text[at] === '"') {
    const nameEnd = valueEnd(text, at);
    const valueAt = valueStart(text, valueStart(text, nameEnd) + 1);
    const end = valueEnd(text, valueAt);
    found.push({ name: String(JSON.parse(text.slice(at, nameEnd))), nameStart: at, start: valueAt, end });
    const next = valueStart(text, end);
    if (text[next] !== ",") break;
    at = valueStart(text, next + 1);
  }
  return found;
}

function elementsOf(text: string, start: number): Span[] {
  const found: Span[] = [];
  let at = valueStart(text, start + 1);
  while (at < text.length && text[at] !== "]") {
    const end = valueEnd(text, at);
    found.push({ start: at, end });
    const next = valueStart(text, end);
    if (text[next] !== ",") break;
    at = valueStart(text, next + 1);
  }
  return found;
}

/** The next place that holds no white space; a byte order mark counts as such. */
function valueStart(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s\uFEFF]/.test(text[at] ?? "")) at++;
  return at;
}

/** Behind the value that begins here, of JSON that is known to be well formed. */
function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== "{" && first !== "[") {
    let at = start;
    while (at < text.length && !/[\s,\]}]/.test(text[at] ?? "")) at++;
    return at;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at) - 1;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
