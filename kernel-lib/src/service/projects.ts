import { dirname, resolve } from "node:path";
import { findProjectRoot } from "../lineage/project.js";
import { type LogReader, openReader } from "../lineage/reader.js";
import { shortPath } from "../pipeline/run/run-files.js";

/** A notebook's project, and what its log calls the notebook. */
export interface NotebookPlace {
  readonly reader: LogReader;
  readonly name: string;
}

/** The projects that this service has seen, each with a reader that stays open. */
export class Projects {
  readonly #root: string;
  readonly #readers = new Map<string, LogReader>();
  readonly #onOpened: (root: string) => void;

  /** @param root Jupyter's root folder, absolute
   * @param onOpened told of each project's root when it is seen first */
  constructor(root: string, onOpened: (root: string) => void = () => {}) {
    this.#root = root;
    this.#onOpened = onOpened;
  }

  /** Null stands for the project of Jupyter's root folder. */
  reader(notebook: string | null): LogReader {
    const root = findProjectRoot(notebook === null ? this.#root : dirname(notebook));
    let reader = this.#readers.get(root);
    if (reader === undefined) {
      reader = openReader(root);
      this.#readers.set(root, reader);
      this.#onOpened(root);
    }
    reader.refresh();
    return reader;
  }

  place(notebook: string): NotebookPlace {
    const reader = this.reader(notebook);
    return { reader, name: shortPath(reader.root, notebook) };
  }

  /** All seen so far, up to date. */
  all(): readonly LogReader[] {
    for (const reader of this.#readers.values()) reader.refresh();
    return [...this.#readers.values()];
  }
}

/** The absolute path of a notebook as a project's log names it. */
export function notebookPath(reader: LogReader, name: string): string {
  return resolve(reader.root, name);
}
