import type TS from "typescript";
import { rewriteImports } from "./emit/rewrite-imports.js";
import { loadTypeScript, ts } from "./typescript.js";

export interface StepOptions {
  /** Name of the text's file, for the map and for messages. */
  readonly fileName: string;
  /** Gives the URL that a specifier stands for. Without it, specifiers stay as they are. */
  readonly resolve?: (specifier: string) => string;
  /**
   * URL of `import-module.js`. With it, packages, JSON and TypeScript files are loaded by its `importUrl`, which knows CommonJS;
   * without it they stay `import`s.
   */
  readonly helper?: string;
  /** URL that `import.meta.url` shall be, where the code is to run from somewhere else. */
  readonly url?: string;
  /** Leaves the person's comments out. Default: false. */
  readonly removeComments?: boolean;
}

export interface TranspiledStep {
  /** An ECMAScript module. It ends with a comment that names its map, `<fileName without .ts>.js.map`. */
  readonly code: string;
  /** Source map (v3, JSON) to the text. */
  readonly map: string;
}

/** A TypeScript module as JavaScript, types taken away unchecked. */
export function transpileStep(text: string, options: StepOptions | string): TranspiledStep {
  loadTypeScript();
  const {
    fileName,
    removeComments = false,
    ...rewriting
  } = typeof options === "string" ? { fileName: options } : options;
  const after: TS.TransformerFactory<TS.SourceFile>[] =
    "resolve" in rewriting || "url" in rewriting ? [rewriteImports(rewriting)] : [];
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      removeComments,
      inlineSources: true,
      esModuleInterop: true,
      useDefineForClassFields: true,
    },
    transformers: { after },
  });
  return { code: outputText, map: sourceMapText ?? "" };
}
