import type { CellCompiler, CellDiagnostic } from "../analyze/cell-compiler.js";
import { isSyntaxError } from "./type-failure.js";

/**
 * A compiler whose cells run in spite of type errors while `typecheck` says no, and which knows the names that cells and
 * libraries put into the global object. Syntax errors stop a cell always.
 *
 * @param typecheck asked for each cell that has type errors
 */
export function lenientCompiler(compiler: CellCompiler, typecheck: () => boolean): CellCompiler {
  return {
    ...compiler,
    compile(source, scope, options) {
      const compiled = compiler.compile(source, scope, options);
      const { diagnostics } = compiled;
      if (diagnostics.length === 0 || diagnostics.some(isSyntaxError)) return compiled;
      return { ...compiled, diagnostics: typecheck() ? diagnostics.filter((one) => !isGlobal(one, source)) : [] };
    },
  };
}

/** Cannot find name; the second one guesses at another. */
const UNKNOWN_NAME = new Set([2304, 2552]);

/** True for a name that the checker does not know, but that stands in the global object, or will when it is read. */
function isGlobal({ code, line, column, endColumn }: CellDiagnostic, source: string): boolean {
  if (!UNKNOWN_NAME.has(code)) return false;
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? "";
  const name = text.slice(column - 1, endColumn - 1);
  return name in globalThis || new RegExp(`\\bglobalThis\\.${name.replaceAll("$", "\\$")}\\s*=(?!=)`).test(source);
}
