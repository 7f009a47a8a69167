import { dirname, resolve } from "node:path";
import { findProjectRoot } from "../lineage/project.js";
import { type LogReader, openReaderGently, refreshGently } from "../lineage/reader.js";
import { shortPath } from "../pipeline/run/run-files.js";

/** A notebook's project, and what its log calls the notebook. */
export interface NotebookPlace {
  readonly reader: LogReader;
  readonly name: string;
}

/** The projects that this service has seen, each with a reader that stays open. */
export class Projects {
  readonly #root: string;
  readonly #readers = new Map<string, Promise<LogReader>>();
  readonly #onOpened: (root: string) => void;

  /** @param root Jupyter's root folder, absolute
   * @param onOpened told of each project's root when it is seen first */
  constructor(root: string, onOpened: (root: string) => void = () => {}) {
    this.#root = root;
    this.#onOpened = onOpened;
  }

  /** Null stands for the project of Jupyter's root folder. */
  async reader(notebook: string | null): Promise<LogReader> {
    const root = findProjectRoot(notebook === null ? this.#root : dirname(notebook));
    let opening = this.#readers.get(root);
    if (opening === undefined) {
      opening = openReaderGently(root);
      this.#readers.set(root, opening);
      // One that could not be opened is tried again.
      opening.catch(() => this.#readers.delete(root));
      this.#onOpened(root);
    }
    const reader = await opening;
    await refreshGently(reader);
    return reader;
  }

  async place(notebook: string): Promise<NotebookPlace> {
    const reader = await this.reader(notebook);
    return { reader, name: shortPath(reader.root, notebook) };
  }

  /** All seen so far, up to date. */
  async all(): Promise<readonly LogReader[]> {
    const readers = await Promise.all(this.#readers.values());
    for (const reader of readers) await refreshGently(reader);
    return readers;
  }
}

/** The absolute path of a notebook as a project's log names it. */
export function notebookPath(reader: LogReader, name: string): string {
  return resolve(reader.root, name);
}
