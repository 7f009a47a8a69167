import type TS from "typescript";
import type { ScopeName, SessionScope } from "../cell-compiler.js";
import type { ScopeChanges } from "../facts/scope-changes.js";
import type { SessionNames } from "../names/session-names.js";
import { ts } from "../typescript.js";
import { importScopeName } from "./import-declarations.js";
import { reunite } from "./reunite.js";
import { splitDeclarations } from "./split-declarations.js";
import { typeText } from "./type-text.js";

/**
 * What the next cell sees: `seen` (the scope without the names that this cell declares) and this cell's own declarations,
 * from the declaration file that TypeScript wrote, else, name by name, from the checker.
 */
export function declaredScope(
  seen: SessionScope,
  names: SessionNames,
  declarationFile: string | null,
  checker: TS.TypeChecker,
  hasValue: (node: TS.Node) => boolean,
  changes: ReadonlyMap<string, ScopeChanges>,
): SessionScope {
  const wanted = new Set(names.own.filter((found) => found.kind !== "import").map((found) => found.name));
  const written = declarationFile === null ? new Map<string, ScopeName>() : splitDeclarations(declarationFile, wanted);
  const scope = new Map(seen.names);
  for (const found of names.own) {
    const declared =
      found.kind === "import"
        ? importScopeName(found.node, hasValue(found.node))
        : (written.get(found.name) ?? fromChecker(found.name, found.node, checker));
    if (declared !== null) scope.set(found.name, { ...declared, ...changes.get(found.name) });
  }
  return reunite({ names: scope }, new Set(names.own.map((found) => found.name)));
}

function fromChecker(name: string, node: TS.Node, checker: TS.TypeChecker): ScopeName {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
    const { typeParameters } = node;
    const given =
      typeParameters === undefined ? "" : `<${typeParameters.map((parameter) => parameter.getText()).join(", ")}>`;
    return { name, declaration: `type ${name}${given} = any;`, mentions: [], hasValue: false };
  }
  const text = "name" in node ? typeText(checker.getTypeAtLocation(node.name as TS.Node), checker, node) : null;
  const type = text === null || !isSelfContained(text) ? "any" : text;
  const alias = ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) ? `\ntype ${name} = any;` : "";
  return { name, declaration: `declare let ${name}: ${type};${alias}`, mentions: mentionsOf(type), hasValue: true };
}

/** Text of a type may hold what is no syntax (`...`, `typeof (Anonymous class)`), which would spoil later cells. */
function isSelfContained(text: string): boolean {
  const file = ts.createSourceFile("type.ts", `declare let x: ${text};`, ts.ScriptTarget.ES2022);
  return (file as TS.SourceFile & { readonly parseDiagnostics?: readonly unknown[] }).parseDiagnostics?.length === 0;
}

function mentionsOf(text: string): string[] {
  return [...new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [])];
}
