import type { ICellModel } from "@jupyterlab/cells";
import type { INotebookModel } from "@jupyterlab/notebook";
import { checkStepOptions, type Notebook, type NotebookCell } from "tagline/notebook";

/** The open notebook as the compiler takes it, saved or not; what `readNotebook` reads from a file. */
export function readOpenNotebook(path: string, model: INotebookModel): Notebook {
  return {
    path,
    cells: Array.from(model.cells, readCell),
    settings: record(model.getMetadata("tagline")),
    language: null,
  };
}

export function readTags(model: ICellModel): string[] {
  const tags: unknown = model.getMetadata("tags");
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
}

/** Writes tags as JupyterLab does: none leaves no empty list behind. */
export function writeTags(model: ICellModel, tags: readonly string[]): void {
  if (tags.length > 0) model.setMetadata("tags", [...tags]);
  else model.deleteMetadata("tags");
}

/** Gives an option of the cell's step another name, or takes it away; no option leaves no empty object behind. */
export function changeOption(
  model: ICellModel,
  { from, to }: { readonly from: string; readonly to: string | null },
): void {
  const { [from]: value, ...kept } = record(model.getMetadata("tagline"));
  const options = to === null ? kept : { ...kept, [to]: value };
  if (Object.keys(options).length > 0) model.setMetadata("tagline", options);
  else model.deleteMetadata("tagline");
}

function readCell(model: ICellModel, index: number): NotebookCell {
  const { options, problems } = checkStepOptions(record(model.getMetadata("tagline")));
  return {
    id: model.id,
    index,
    kind: model.type === "code" ? "code" : model.type === "markdown" ? "markdown" : "raw",
    source: model.sharedModel.getSource(),
    tags: readTags(model),
    options,
    ...(problems.length > 0 ? { optionProblems: problems } : {}),
    executionCount: null,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // A JSON object's members are unknown until looked at, which is what this type says.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
