import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { RunDocument } from "../../../../../kernel-lib/dist/pipeline/run/run-document.js";
import { execute, type Finished } from "../../../cli/support.js";

const bin = fileURLToPath(new URL("../../../../../kernel-lib/bin/tagline.js", import.meta.url));

export interface ScratchCell {
  readonly id: string;
  /** One tag. */
  readonly tag: string;
  readonly source: string;
  /** Its metadata under `tagline`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A notebook in a project of its own, run by the real command. */
export interface ScratchNotebook {
  readonly folder: string;
  write(path: string, text: string): void;
  cells(cells: readonly ScratchCell[]): void;
  run(args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished>;
  /** With `--json`. */
  document(args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<RunDocument>;
  /** Texts of all files of the project, by path. */
  everything(): Readonly<Record<string, string>>;
}

export function scratchNotebook(cells: readonly ScratchCell[]): ScratchNotebook {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-nb-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 8 }));
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  const writeCells = (list: readonly ScratchCell[]): void =>
    write(
      "nb.ipynb",
      JSON.stringify({
        cells: list.map(({ id, tag, source, options }) => ({
          cell_type: "code",
          id,
          metadata: { tags: [tag], ...(options === undefined ? {} : { tagline: options }) },
          source,
          execution_count: null,
          outputs: [],
        })),
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      }),
    );
  write("package.json", "{}");
  writeCells(cells);
  const run = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Finished> =>
    execute(process.execPath, [bin, "run", "nb.ipynb", ...args], folder, { ...process.env, ...env });
  return {
    folder,
    write,
    cells: writeCells,
    run,
    async document(args = [], env = {}) {
      const { stdout, stderr } = await run([...args, "--json"], env);
      if (stdout === "") throw new Error(`Cannot read the run's document: ${stderr}`);
      return JSON.parse(stdout) as RunDocument;
    },
    everything() {
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      return Object.fromEntries(
        files
          .filter((path) => statSync(join(folder, path)).isFile())
          .map((path) => [path, readFileSync(join(folder, path), "latin1")]),
      );
    },
  };
}
