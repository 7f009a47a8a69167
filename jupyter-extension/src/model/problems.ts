import type { Notebook } from "tagline/notebook";
import type { Diagnostic } from "tagline/service/api";

/** One row of the list under the graph. */
export interface Problem extends Diagnostic {
  readonly key: string;
  /** `cell 3, line 2` */
  readonly place: string;
}

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** The pipeline's diagnostics, errors first, then in notebook order. */
export function listProblems(notebook: Notebook, diagnostics: readonly Diagnostic[]): readonly Problem[] {
  const index = new Map(notebook.cells.map((cell) => [cell.id, cell.index]));
  const place = (diagnostic: Diagnostic): number => index.get(diagnostic.cellId ?? "") ?? -1;
  return diagnostics
    .map((diagnostic, i) => ({ diagnostic, i }))
    .sort(
      (a, b) =>
        ORDER[a.diagnostic.severity] - ORDER[b.diagnostic.severity] ||
        place(a.diagnostic) - place(b.diagnostic) ||
        a.i - b.i,
    )
    .map(({ diagnostic, i }) => ({
      ...diagnostic,
      key: `${diagnostic.code}:${diagnostic.cellId}:${diagnostic.line}:${i}`,
      place: tellPlace(index.get(diagnostic.cellId ?? ""), diagnostic.line),
    }));
}

function tellPlace(index: number | undefined, line: number | null): string {
  if (index === undefined) return "";
  return line === null ? `cell ${index + 1}` : `cell ${index + 1}, line ${line}`;
}
