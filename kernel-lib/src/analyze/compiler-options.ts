import type TS from "typescript";
import { ts } from "./typescript.js";

/** As lenient as tslab: notebooks of strangers must run. Type errors are for what is surely wrong. */
export function cellOptions(): TS.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    strict: false,
    strictNullChecks: false,
    noImplicitAny: false,
    skipLibCheck: true,
    esModuleInterop: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    // Cells have no JSX; a `.tsx` file that they import may.
    jsx: ts.JsxEmit.Preserve,
    preserveConstEnums: true,
    useDefineForClassFields: true,
    declaration: true,
    sourceMap: true,
    removeComments: false,
    noEmitOnError: false,
    newLine: ts.NewLineKind.LineFeed,
  };
}

/** Names and scopes only: no libraries, no imports. */
export function bindOptions(): TS.CompilerOptions {
  return { ...cellOptions(), noLib: true, noResolve: true, declaration: false, lib: [] };
}
