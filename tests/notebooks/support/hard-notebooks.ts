import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const fixtures = fileURLToPath(new URL("../../notebooks-fixtures/hard/", import.meta.url));
const datasets = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/", import.meta.url));
// What is built, in this process: the compiler and the libraries' types are loaded once for all notebooks.
const built = new URL("../../../kernel-lib/dist/cli/run-cli.js", import.meta.url).href;

/** Notebooks that are hard in different ways, but for the one that is refused. */
export const hardNotebooks = readdirSync(fixtures)
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => basename(name, ".ipynb"))
  .filter((name) => name !== "private-classes");

/** A copy of them with their data and secrets, away from this repository. */
export interface HardFolder {
  readonly path: string;
  /** Runs a command on a notebook with `--json`, in this process. */
  readonly tagline: <Document>(
    command: string,
    name: string,
    ...args: readonly string[]
  ) => Promise<{ readonly code: number; readonly document: Document; readonly told: string }>;
  readonly remove: () => void;
}

export async function openHardFolder(): Promise<HardFolder> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-hard-"));
  cpSync(fixtures, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  mkdirSync(join(folder, "data"));
  for (const name of ["cars.json", "seattle-weather.csv"])
    copyFileSync(join(datasets, name), join(folder, "data", name));
  writeFileSync(join(folder, ".env"), "HARD_USER=annabel\nHARD_TOKEN=a-token-of-ours\n");
  writeFileSync(join(folder, ".gitignore"), ".env\n");
  const { runCli }: typeof import("../../../kernel-lib/src/cli/run-cli.js") = await import(built);
  return {
    path: folder,
    async tagline(command, name, ...args) {
      const out = keepText();
      const told = keepText();
      const code = await runCli([command, join(folder, `${name}.ipynb`), "--json", ...args], {
        stdout: out,
        stderr: told,
      });
      expect(out.text, told.text).toMatch(/^[{[]/);
      return { code, document: JSON.parse(out.text), told: told.text };
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 8 }),
  };
}

function keepText(): { text: string; isTTY: boolean; write: (text: string) => boolean } {
  return {
    text: "",
    isTTY: false,
    write(text) {
      this.text += text;
      return true;
    },
  };
}
