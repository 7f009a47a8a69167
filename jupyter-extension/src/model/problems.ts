import { type Notebook, readRole } from "tagline/notebook";
import type { CellDiagnostic, Diagnostic, Fix } from "tagline/service/api";

/** One row of the list under the graph. */
export interface Problem {
  readonly key: string;
  /** `TL…` of the pipeline, `TS…` of TypeScript. */
  readonly code: string;
  readonly severity: Diagnostic["severity"];
  readonly message: string;
  readonly cellId: string | null;
  readonly line: number | null;
  /** `cell 3, line 2` */
  readonly place: string;
  readonly fix?: Fix;
}

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** The pipeline's diagnostics, and type errors of the cells that belong to it; errors first, then in notebook order. */
export function listProblems(
  notebook: Notebook,
  diagnostics: readonly Diagnostic[],
  typeErrors: ReadonlyMap<string, readonly CellDiagnostic[]>,
): readonly Problem[] {
  const index = new Map(notebook.cells.map((cell) => [cell.id, cell.index]));
  const told = new Set(diagnostics.map((diagnostic) => `${diagnostic.cellId}:${diagnostic.line}`));
  const types = notebook.cells.flatMap((cell) => {
    if (!["step", "setup", "parameters"].includes(readRole(cell.tags).kind)) return [];
    // A place that the pipeline complains of already is not told twice.
    return (typeErrors.get(cell.id) ?? [])
      .filter((error) => !told.has(`${cell.id}:${error.line}`))
      .map(
        (error): Diagnostic => ({
          code: `TS${error.code}`,
          severity: "error",
          message: error.message,
          cellId: cell.id,
          line: error.line,
        }),
      );
  });
  const all = [...diagnostics, ...types];
  const place = (diagnostic: Diagnostic): number => index.get(diagnostic.cellId ?? "") ?? -1;
  return all
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
