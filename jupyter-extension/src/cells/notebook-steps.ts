import { type Notebook, readRole } from "tagline/notebook";

/** Names of the notebook's steps, in the order in which their first cells stand. */
export function notebookSteps(notebook: Notebook): readonly string[] {
  const names = new Set<string>();
  for (const cell of notebook.cells) {
    const { step } = readRole(cell.tags);
    if (cell.kind === "code" && step !== null) names.add(step);
  }
  return [...names];
}
