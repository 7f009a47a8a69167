import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readNotebook } from "../../kernel-lib/src/notebook/read-notebook.js";
import { readRole } from "../../kernel-lib/src/notebook/tags.js";

const folder = new URL("../../notebooks/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

/** The notebook as it stands in its file. */
interface NotebookFile {
  nbformat: number;
  nbformat_minor: number;
  metadata: { kernelspec: unknown };
  cells: { id: string; cell_type: string; source: string[]; outputs?: { output_type: string }[] }[];
}

const steps: Readonly<Record<string, readonly string[]>> = {
  "flights.ipynb": ["load", "clean", "features", "split", "baseline", "train", "evaluate", "model"],
  "penguins.ipynb": ["load", "clean", "features", "split", "train", "evaluate", "model"],
};

test("notebooks/ holds the notebooks that are tested here", () => {
  expect(names.sort()).toEqual(Object.keys(steps));
});

describe.each(names)("%s", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  // Its shape is what the first two tests are about; a stranger's file is readNotebook's business.
  const file = JSON.parse(text) as NotebookFile;
  const notebook = readNotebook(name, text);
  const code = notebook.cells.filter((cell) => cell.kind === "code");

  test("is nbformat 4.5 for the Tagline kernel", () => {
    expect([file.nbformat, file.nbformat_minor]).toEqual([4, 5]);
    expect(file.metadata.kernelspec).toEqual({
      name: "tagline",
      display_name: "TypeScript (Tagline)",
      language: "typescript",
    });
  });

  test("names each cell once, by a word", () => {
    const ids = notebook.cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z-]*$/);
  });

  test("has tags that all mean something, and the steps in the order of the story", () => {
    const roles = code.map((cell) => readRole(cell.tags));
    expect(roles.flatMap((role) => role.problems)).toEqual([]);
    expect([...new Set(roles.flatMap((role) => role.step ?? []))]).toEqual(steps[name]);
    for (const [i, role] of roles.entries()) {
      if (role.kind === "none") expect(code[i]?.tags).toEqual([]);
    }
  });

  test("begins with a title and explains itself in prose between the cells", () => {
    expect(notebook.cells[0]?.source).toMatch(/^# \S/);
    expect(notebook.cells.filter((cell) => cell.kind === "markdown").length).toBeGreaterThanOrEqual(code.length / 2);
  });

  test("links and reads only files that are there, by relative paths", () => {
    const source = notebook.cells.map((cell) => cell.source).join("\n");
    const paths = [...source.matchAll(/\]\(([^)#:]+)\)|readFileSync\("([^"]+)"/g)].map(
      (match) => match[1] ?? match[2] ?? "",
    );
    expect(paths.length).toBeGreaterThanOrEqual(2);
    for (const path of paths) {
      expect(path).not.toMatch(/^\/|\.\./);
      expect(existsSync(new URL(path, folder)), path).toBe(true);
    }
  });

  test("holds no error among its outputs", () => {
    expect(file.cells.flatMap((cell) => cell.outputs ?? []).filter((output) => output.output_type === "error")).toEqual(
      [],
    );
  });
});
