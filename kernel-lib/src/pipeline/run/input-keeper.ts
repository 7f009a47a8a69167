import { statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.js";
import type { CellTrace } from "../../lineage/cell-trace.js";
import { findLockFile } from "../../lineage/find-lock-file.js";
import type { Diagnostic } from "../compile/plan.js";
import { type FileCheck, hashOfFile } from "./file-checks.js";
import { type RunFiles, shortPath, writeWhole } from "./run-files.js";
import type { RunInput, RunInputs } from "./run-inputs.js";

/** Keeps in the store what a run reads, so that `tagline restore` can put it back as it was. Fails no run. */
export class InputKeeper {
  readonly #store: ArtifactStore;
  readonly #root: string;
  readonly #limitBytes: number;
  readonly #inputs = new Map<string, RunInput>();
  /** Cells that read what was not kept. */
  readonly #readers = new Map<string, string | null>();
  /** One file after the other: they may be large. */
  #work: Promise<void> = Promise.resolve();

  constructor(about: { readonly store: ArtifactStore; readonly root: string; readonly limitBytes: number }) {
    this.#store = about.store;
    this.#root = about.root;
    this.#limitBytes = about.limitBytes;
  }

  /** The files that a step read, as they were then. Of two contents of one file the first is the one that the run began with. */
  keepRead(read: readonly FileCheck[], cells: readonly CellTrace[]): void {
    for (const { path, sha256, bytes } of read) {
      if (this.#inputs.has(path)) continue;
      this.#readers.set(path, readerOf(this.#absolute(path), cells));
      this.#keep({ path, kind: "data", sha256, bytes });
    }
  }

  /** The notebook's own modules, and what says which packages it has, as they are now. */
  keepCode(workFolder: string, locals: readonly string[]): void {
    if (this.#limitBytes === 0) return;
    for (const path of locals) this.#keep(this.#now(path, "module"));
    const lockFile = findLockFile(workFolder)?.path;
    if (lockFile === undefined || relative(this.#root, lockFile).startsWith("..")) return;
    for (const path of [join(dirname(lockFile), "package.json"), lockFile])
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) this.#keep(this.#now(path, "package"));
  }

  /** Once all is kept: writes the list beside the run, and gives a warning for each file that the run's result hangs on and that is not kept. */
  async finish(files: RunFiles, run: string): Promise<readonly Diagnostic[]> {
    await this.#work;
    const inputs = [...this.#inputs.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const list: RunInputs = { version: 1, inputs };
    try {
      writeWhole(join(files.run(run), "inputs.json"), `${JSON.stringify(list, null, 2)}\n`);
    } catch {
      // A full disk: the run is to be told of all the same, and what cannot be restored says so.
    }
    return inputs.flatMap(({ path, kind, reason }): Diagnostic[] =>
      reason === undefined || kind !== "data"
        ? []
        : [
            {
              code: "TL059",
              severity: "warning",
              message: `not reproducible if ${path} changes: ${reason}`,
              cellId: this.#readers.get(path) ?? null,
              line: null,
            },
          ],
    );
  }

  #now(path: string, kind: RunInput["kind"]): RunInput {
    return {
      path: shortPath(this.#root, path),
      kind,
      sha256: null,
      bytes: statSync(path, { throwIfNoEntry: false })?.size ?? null,
    };
  }

  #keep(input: RunInput): void {
    this.#inputs.set(input.path, input);
    this.#work = this.#work.then(async () => {
      this.#inputs.set(input.path, await this.#kept(input));
    });
  }

  async #kept(input: RunInput): Promise<RunInput> {
    const path = this.#absolute(input.path);
    const not = (reason: string): RunInput => ({ ...input, reason });
    if (/^\.env(?:\.|$)/.test(basename(path))) return not("a .env is never kept");
    if (input.kind === "data" && (input.sha256 === null || input.bytes === null))
      return not("it was not read as a whole");
    if ((input.bytes ?? 0) > this.#limitBytes || this.#limitBytes === 0)
      return not(`its ${size(input.bytes ?? 0)} are above keepInputs (${size(this.#limitBytes)})`);
    try {
      if (input.sha256 !== null && (await this.#store.has(input.sha256))) return input;
      const sha256 = await hashOfFile(path);
      if (input.sha256 !== null && sha256 !== input.sha256) return not("it changed while the run went on");
      if (input.sha256 === null && (await this.#store.has(sha256))) return { ...input, sha256 };
      if ((await this.#store.putFile(path)) !== sha256) return not("it changed while the run went on");
      return { ...input, sha256 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const secret = /holds the secret (\S+?):/.exec(reason)?.[1];
      return not(secret === undefined ? `it could not be kept (${reason})` : `it holds the secret ${secret}`);
    }
  }

  #absolute(path: string): string {
    return isAbsolute(path) ? path : join(this.#root, path);
  }
}

/** The cell that read a file first. */
function readerOf(path: string, cells: readonly CellTrace[]): string | null {
  const reader = cells.find(({ files }) => files.some((file) => file.mode === "read" && file.path === path));
  return reader?.cellId ?? null;
}

/** `312 MB` */
function size(bytes: number): string {
  const [unit, factor] = bytes < 1e6 ? ["KB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return `${Number((bytes / Number(factor)).toPrecision(3))} ${unit}`;
}
