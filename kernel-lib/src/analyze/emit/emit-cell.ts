import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type TS from "typescript";
import type { CapturedNames } from "../cell-compiler.js";
import { hasValue } from "../names/has-value.js";
import { moduleMeta } from "../names/module-meta.js";
import type { SessionNames } from "../names/session-names.js";
import { ts } from "../typescript.js";
import { type CellTransform, cellTransform } from "./cell-transformer.js";
import { loopLocals } from "./loop-locals.js";

export interface EmittedCell {
  readonly code: string;
  readonly map: string;
  /** The declaration file of the virtual file; null if TypeScript could not write one. */
  readonly declarations: string | null;
  /** Why there is none. */
  readonly declarationErrors: readonly TS.Diagnostic[];
}

/** TypeScript's own `EmitOnly.Js`, kept out of its public types: no declaration file for a cell that declares nothing. */
const SCRIPT_ALONE = 0 as unknown as false;

/** Emits the virtual file through TypeScript's own printer and wraps it as CompiledCell says. */
export function emitCell(
  program: TS.Program,
  file: TS.SourceFile,
  statementCount: number,
  names: SessionNames,
  captured: CapturedNames,
): EmittedCell {
  const checker = program.getTypeChecker();
  const meta = moduleMeta(pathToFileURL(join(dirname(file.fileName), "notebook.ipynb")).href);
  const transform = cellTransform(
    names,
    statementCount,
    meta,
    (node) => hasValue(node, checker),
    (loop) => loopLocals(loop, { names, captured, checker }),
  );
  const output = new Map<string, string>();
  const write: TS.WriteFileCallback = (path, text) =>
    output.set(/\.(?:d\.ts|js\.map|js)$/.exec(path)?.[0] ?? path, text);
  const result = program.emit(file, write, undefined, names.own.length === 0 ? SCRIPT_ALONE : undefined, {
    before: [transform.before],
    after: [transform.after],
  });
  const javascript = (output.get(".js") ?? "").replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  return {
    code: `${head(names, transform)}\n${javascript}})`,
    map: shiftedMap(output.get(".js.map") ?? "{}"),
    declarations: output.get(".d.ts") ?? null,
    declarationErrors: result.diagnostics,
  };
}

/** The declaration file alone, or null. */
export function emitDeclarations(program: TS.Program, file: TS.SourceFile): string | null {
  let declarations: string | null = null;
  program.emit(file, (_path, text) => (declarations = text), undefined, true);
  return declarations;
}

/** All of it on one line: references, `var`s declared, functions published. */
function head(names: SessionNames, { touched, reachesGlobals }: CellTransform): string {
  const own = names.own.filter((found) => !found.ambient);
  const functions = unique(
    own.filter((found) => found.kind === "function" && hasBody(found.node)).map((found) => found.name),
  );
  const vars = unique(own.filter((found) => found.kind === "var").map((found) => found.name)).filter(
    (name) => !functions.includes(name),
  );
  const references = unique([...touched(), ...functions, ...vars]).map(
    (name) => `tl$${name} = $tl.ref(${JSON.stringify(name)})`,
  );
  const parts = [
    '(async function ($tl) { "use strict";',
    references.length === 0 ? "" : `const ${references.join(", ")};`,
    ...(reachesGlobals() ? ["$tl.lookAround();"] : []),
    ...vars.map((name) => `tl$${name}.declare();`),
    ...functions.map((name) => `tl$${name}.v = ${name};`),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function hasBody(node: TS.Node): boolean {
  return ts.isFunctionDeclaration(node) && node.body !== undefined;
}

/** The head is one more line than TypeScript knows of. */
function shiftedMap(text: string): string {
  const map: { mappings?: string } = JSON.parse(text);
  return JSON.stringify({
    ...map,
    file: "cell.js",
    sourceRoot: "",
    sources: ["cell.ts"],
    mappings: `;${map.mappings ?? ""}`,
  });
}
