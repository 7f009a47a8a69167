import { untracked } from "../track/cell-context.js";
import { findNotebook } from "./find-notebook.js";
import { type NotebookSettings, settingsReader } from "./notebook-settings.js";

/** The settings of the notebook that this kernel runs. */
export interface KernelSettings {
  now(): NotebookSettings;
  /** Whether type errors keep a cell with this source from running. */
  typecheck(source: string): boolean;
}

/**
 * @param folder the notebook's, absolute
 * @param notebook its file, absolute; null if nobody told: then it is looked for by the first cell that has type errors
 */
export function kernelSettings(root: string, folder: string, notebook: string | null): KernelSettings {
  let read = settingsReader({ root, notebook });
  let isKnown = notebook !== null;
  return {
    now: () => untracked(read),
    typecheck: (source) =>
      untracked(() => {
        const found = isKnown ? null : findNotebook(folder, source);
        if (found !== null) {
          isKnown = true;
          read = settingsReader({ root, notebook: found });
        }
        return read().typecheck;
      }),
  };
}
