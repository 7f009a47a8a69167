import { notebookFacts } from "../../../../kernel-lib/src/analyze/index.js";
import type { CellOptions, Notebook, NotebookCell } from "../../../../kernel-lib/src/notebook/notebook.js";
import { type Compiled, compilePipeline, emitModules } from "../../../../kernel-lib/src/pipeline/compile/index.js";

/** Tags and source of a code cell; its id is `c` and its place. */
export type Cell = readonly [tags: string, source: string, options?: CellOptions];

export function notebookOf(cells: readonly Cell[], language = "typescript"): Notebook {
  return {
    path: "work/example.ipynb",
    settings: {},
    language,
    cells: cells.map(
      ([tags, source, options], index): NotebookCell => ({
        id: `c${index}`,
        index,
        kind: "code",
        source,
        tags: tags === "" ? [] : tags.split(" "),
        options: options ?? {},
        executionCount: null,
      }),
    ),
  };
}

/** Facts as the real analysis gives them, with types. */
export function compile(cells: readonly Cell[], language?: string): Compiled {
  const notebook = notebookOf(cells, language);
  return compilePipeline(notebook, notebookFacts(notebook.cells, { folder: process.cwd(), speed: "check" }));
}

export function emit(cells: readonly Cell[]): ReadonlyMap<string, string> {
  const notebook = notebookOf(cells);
  return emitModules(notebook, notebookFacts(notebook.cells, { folder: process.cwd(), speed: "check" }));
}

/** `load -> clean: rows, more` for each edge. */
export function edges({ plan }: Compiled): string[] {
  return plan.edges.map(({ from, to, names }) => `${from} -> ${to}${names.length > 0 ? `: ${names.join(", ")}` : ""}`);
}

/** `TL010 c1:2` for each diagnostic. */
export function problems({ diagnostics }: Compiled): string[] {
  return diagnostics.map(({ code, cellId, line }) => `${code} ${cellId ?? "-"}:${line ?? "-"}`);
}
