import type { CellCompiler, CellDiagnostic, ScopeName } from "../analyze/cell-compiler.js";
import { isSyntaxError } from "./type-failure.js";

/**
 * A compiler whose cells run in spite of type errors while `typecheck` says no, and which knows the names that cells and
 * libraries put into the global object. Syntax errors stop a cell always.
 *
 * @param typecheck asked for each cell that has type errors, by its source
 */
export function lenientCompiler(compiler: CellCompiler, typecheck: (source: string) => boolean): CellCompiler {
  return {
    ...compiler,
    compile(source, scope, options) {
      const compiled = compiler.compile(source, scope, options);
      const { diagnostics } = compiled;
      if (diagnostics.length === 0) return compiled;
      const syntax = diagnostics.filter(isSyntaxError);
      if (syntax.length === 0 && typecheck(source))
        return { ...compiled, diagnostics: diagnostics.filter((one) => !isGlobal(one, source)) };
      // What only TypeScript forbids is no reason where types are none.
      if (syntax.some(({ code }) => !RUNS_ANYWAY.has(code)) || typecheck(source)) return compiled;
      const made = madeByAssigning(diagnostics, source);
      const names = new Map([...scope.names, ...made.map((found) => [found.name, found] as const)]);
      const again = made.length === 0 ? compiled : compiler.compile(source, { ...scope, names }, options);
      return { ...again, diagnostics: [] };
    },
  };
}

/** A property or accessor twice in one object, flags of a regular expression, `await` of a value, `void` or `new` that means nothing. */
const RUNS_ANYWAY = new Set([1117, 1118, 1345, 1470, 1501, 1503, 80007]);

/** Cannot find name; the second one guesses at another. */
const UNKNOWN_NAME = new Set([2304, 2552]);

/** Names that nobody declares and the cell assigns to: to a script they are variables from then on. */
function madeByAssigning(diagnostics: readonly CellDiagnostic[], source: string): ScopeName[] {
  const lines = linesOf(source);
  const found = diagnostics.filter(({ code, line, endColumn }) => {
    const behind = (lines[line - 1] ?? "").slice(endColumn - 1);
    return UNKNOWN_NAME.has(code) && /^\s*(?:=(?![=>])|(?:in|of)\b)/.test(behind);
  });
  const names = new Set(found.map((one) => nameAt(one, source)).filter((name) => !(name in globalThis)));
  return [...names].map((name) => ({ name, declaration: `declare let ${name}: any;`, mentions: [], hasValue: true }));
}

function nameAt({ line, column, endColumn }: CellDiagnostic, source: string): string {
  return (linesOf(source)[line - 1] ?? "").slice(column - 1, endColumn - 1);
}

function linesOf(source: string): string[] {
  return source.split(/\r\n|[\n\r\u2028\u2029]/);
}

/** True for a name that the checker does not know, but that stands in the global object, or will when it is read. */
function isGlobal(diagnostic: CellDiagnostic, source: string): boolean {
  if (!UNKNOWN_NAME.has(diagnostic.code)) return false;
  const name = nameAt(diagnostic, source);
  return name in globalThis || new RegExp(`\\bglobalThis\\.${name.replaceAll("$", "\\$")}\\s*=(?!=)`).test(source);
}
