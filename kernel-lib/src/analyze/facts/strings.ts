import type TS from "typescript";
import { ts } from "../typescript.js";
import type { FactContext } from "./fact-context.js";
import { literalValue } from "./literals.js";
import { isTaglineCall } from "./tagline-calls.js";

/** Literal names of `metric("name", …)` calls, each once, in order. */
export function metricNames(statements: readonly TS.Statement[], context: FactContext): string[] {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && isTaglineCall(node, "metric", context)) {
      const first = node.arguments[0];
      const name = first === undefined ? null : literalValue(first);
      if (name !== null && typeof name.value === "string") names.add(name.value);
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return [...names];
}

/** String literals that look like a file's path, each once, in order. */
export function pathLiterals(statements: readonly TS.Statement[]): string[] {
  const paths = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (
      (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) &&
      !isModuleName(node) &&
      looksLikePath(node.text)
    )
      paths.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return [...paths];
}

/** `import("x")`, `require("x")`, `import x = require("x")`. */
function isModuleName(node: TS.Node): boolean {
  const parent = node.parent;
  if (ts.isExternalModuleReference(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  return (
    parent.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(parent.expression) && parent.expression.text === "require")
  );
}

const mediaType = /^(?:application|audio|font|image|model|multipart|text|video)\//;

function looksLikePath(text: string): boolean {
  if (text.length > 260 || /[\n\r<>{}|"*?]/.test(text) || /^[A-Za-z][A-Za-z+.-]+:/.test(text) || mediaType.test(text))
    return false;
  const hasExtension = /[^\s./\\]\.[A-Za-z]\w{0,9}$/.test(text);
  const hasSlash = /[^\s/\\][/\\]|[/\\][^\s/\\]/.test(text) && !/\s[/\\]|[/\\]\s/.test(text);
  return hasExtension || hasSlash;
}
