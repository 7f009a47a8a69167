import { readdirSync, readFileSync } from "node:fs";

/** What is expected of one cell. */
export interface ExpectedCell {
  readonly code: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly mutates: readonly string[];
  /** The name of the error that ends the cell, or null. */
  readonly error: string | null;
}

export interface CorpusCase {
  /** File and title. */
  readonly name: string;
  readonly cells: readonly ExpectedCell[];
}

const folder = new URL("../../corpus/", import.meta.url);

/**
 * The cases of `tests/corpus/*.cells`. A line `# …` begins a case and names it; a line `= …` ends a cell and says what it reads,
 * writes and mutates, parted by `|`: `= reads a b | mutates b | error TypeError`.
 */
export function readCorpus(): CorpusCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".cells"))
    .sort()
    .flatMap((file) => readCases(file.replace(".cells", ""), readFileSync(new URL(file, folder), "utf8")));
}

function readCases(theme: string, text: string): CorpusCase[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((part) => {
      const [title = "", ...lines] = part.split("\n");
      return { name: `${theme}: ${title}`, cells: readCells(lines, title) };
    });
}

function readCells(lines: readonly string[], title: string): ExpectedCell[] {
  const cells: ExpectedCell[] = [];
  let code: string[] = [];
  for (const line of lines) {
    if (!/^=( |$)/.test(line)) {
      code.push(line);
      continue;
    }
    cells.push({ code: code.join("\n"), ...readExpectation(line.slice(1), title) });
    code = [];
  }
  if (code.join("").trim() !== "")
    throw new Error(`Cannot read case "${title}": its last cell has no line that begins with =`);
  return cells;
}

function readExpectation(text: string, title: string): Omit<ExpectedCell, "code"> {
  const facts = {
    reads: [] as string[],
    writes: [] as string[],
    mutates: [] as string[],
    error: null as string | null,
  };
  for (const part of text
    .split("|")
    .map((piece) => piece.trim())
    .filter(Boolean)) {
    const [kind = "", ...names] = part.split(/\s+/);
    if (kind === "reads" || kind === "writes" || kind === "mutates") facts[kind] = names;
    else if (kind === "error") facts.error = names[0] ?? null;
    else throw new Error(`Cannot read case "${title}": what is "${kind}"?`);
  }
  return facts;
}
