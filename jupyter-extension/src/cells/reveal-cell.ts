import type { NotebookPanel } from "@jupyterlab/notebook";

export interface RevealOptions {
  /** 1-based line to put the cursor on; the editor takes the focus then. */
  readonly line?: number | null;
  /** Whether the notebook takes the focus. Default true. */
  readonly focus?: boolean;
}

/** Makes a cell the active one, brings it into view, and puts the cursor on a line. False where the cell is gone. */
export async function revealCell(panel: NotebookPanel, cellId: string, options: RevealOptions = {}): Promise<boolean> {
  const { content } = panel;
  const index = content.widgets.findIndex((widget) => widget.model.id === cellId);
  const cell = content.widgets[index];
  if (cell === undefined) return false;
  content.deselectAll();
  content.activeCellIndex = index;
  await content.scrollToItem(index, "smart").catch(() => {}); // a newer jump wins
  if (options.focus === false) return true;
  if (options.line === undefined || options.line === null) {
    content.node.focus();
    return true;
  }
  cell.inputHidden = false;
  await cell.ready;
  content.mode = "edit";
  const { editor } = cell;
  if (editor === null) return true;
  const line = Math.min(Math.max(options.line - 1, 0), editor.lineCount - 1);
  editor.setCursorPosition({ line, column: 0 });
  editor.revealPosition({ line, column: 0 });
  editor.focus();
  return true;
}
