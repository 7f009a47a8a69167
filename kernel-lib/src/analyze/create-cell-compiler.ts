import type { CellCompiler } from "./cell-compiler.js";
import { type CellLanguage, createCellLanguage } from "./cell-language.js";
import { type CellPrograms, createCellPrograms } from "./cell-program.js";
import { checkCell } from "./check-cell.js";
import { isComplete } from "./is-complete.js";
import { emptyScope } from "./scope/needed-declarations.js";
import { loadTypeScript } from "./typescript.js";

/** A cell compiler that can be told to get ready. */
export interface WarmCellCompiler extends CellCompiler {
  /** Loads TypeScript, the libraries and Node's types, which the first cell would otherwise wait for (about a second). */
  warm(): void;
}

export interface CellCompilerOptions {
  /** Absolute; modules are found from there upward, then among Tagline's own. */
  readonly folder: string;
  /** Whether what it knows of types is kept from cell to cell (default); else each cell is looked at afresh, four times slower. */
  readonly living?: boolean;
}

/** The cell compiler of one notebook. */
export function createCellCompiler({ folder, living = true }: CellCompilerOptions): WarmCellCompiler {
  const programs = new Map<"bind" | "check", CellPrograms>();
  let language: CellLanguage | undefined;

  function programsAt(speed: "bind" | "check"): CellPrograms {
    loadTypeScript();
    const known = programs.get(speed) ?? createCellPrograms(folder, { speed, living });
    programs.set(speed, known);
    return known;
  }

  function languageService(): CellLanguage {
    language ??= createCellLanguage(programsAt("check").host);
    return language;
  }

  const compiler: WarmCellCompiler = {
    compile(source, scope, { tags = [], speed = "check" } = {}) {
      const checked = checkCell(programsAt(speed), { source, scope, tags, speed });
      // Errors before output: the checker settles what the emitter then asks about.
      const diagnostics = checked.diagnostics();
      return { diagnostics, facts: checked.facts(), ...checked.emitted() };
    },
    complete: (source, offset, scope) => languageService().complete(source, offset, scope),
    inspect: (source, offset, scope) => languageService().inspect(source, offset, scope),
    isComplete,
    warm: () => void compiler.compile("console.log([1].map((x) => x + 1))", emptyScope),
  };
  return compiler;
}
