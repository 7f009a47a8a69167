import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { onTestFinished } from "vitest";
import { builtModules } from "../../../../../kernel-lib/dist/pipeline/run/built-modules.js";
import type { Pipeline } from "../../../../../kernel-lib/dist/pipeline/run/pipeline.js";
import type { RunDocument, RunProgress } from "../../../../../kernel-lib/dist/pipeline/run/run-document.js";
import { runFiles } from "../../../../../kernel-lib/dist/pipeline/run/run-files.js";
import { programOf } from "../../../../../kernel-lib/dist/pipeline/run/run-main.js";
import { type RunOptions, runProgram } from "../../../../../kernel-lib/dist/pipeline/run/run-program.js";

const kernelLib = fileURLToPath(new URL("../../../../../kernel-lib", import.meta.url));

/** A program of hand-written TypeScript modules in a folder of its own, run by the built package. */
export interface ScratchProgram {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Writes a module of the program: `steps/load.ts`. */
  module(path: string, text: string): void;
  run(options?: RunOptions): Promise<{ readonly document: RunDocument; readonly progress: readonly RunProgress[] }>;
}

export function scratchProgram(
  pipeline: Omit<Pipeline, "notebook" | "folder">,
  modules: Readonly<Record<string, string>>,
): ScratchProgram {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const module = (path: string, text: string): void => {
    const { outputText, sourceMapText = "" } = ts.transpileModule(text, {
      fileName: path,
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, sourceMap: true },
    });
    write(`dist/${path}`, text);
    write(`dist/${path.replace(/ts$/, "js")}`, outputText);
    write(`dist/${path.replace(/ts$/, "js.map")}`, sourceMapText);
  };
  write("package.json", '{ "type": "module" }');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(kernelLib, join(folder, "node_modules", "tagline"));
  mkdirSync(join(folder, "work"));
  for (const [path, text] of Object.entries(modules)) module(path, text);
  return {
    folder,
    write,
    module,
    async run(options = {}) {
      const progress: RunProgress[] = [];
      const document = await runProgram(
        {
          program: programOf({ notebook: "scratch.ipynb", folder: "work", ...pipeline }, {}),
          modules: builtModules(join(folder, "dist"), folder),
          files: runFiles(folder),
          workFolder: join(folder, "work"),
        },
        {
          ...options,
          onProgress: (news) => {
            progress.push(news);
            options.onProgress?.(news);
          },
        },
      );
      return { document, progress };
    },
  };
}

/** Name and status of each step. */
export function statuses(document: RunDocument): Record<string, string> {
  return Object.fromEntries(document.steps.map((step) => [step.name, step.status]));
}

/** Name and reason of each step. */
export function reasons(document: RunDocument): Record<string, string> {
  return Object.fromEntries(document.steps.map((step) => [step.name, step.reason]));
}
