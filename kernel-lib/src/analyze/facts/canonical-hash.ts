import { createHash } from "node:crypto";
import type TS from "typescript";
import { ts } from "../typescript.js";

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Hash of the code's tokens joined by one space. Comments and white space do not count, and a statement's `;` counts
 * the same whether it was written or left to the line's end.
 */
export function canonicalHash(statements: readonly TS.Node[], file: TS.SourceFile): string {
  const tokens: string[] = [];
  for (const statement of statements) collectTokens(statement, file, tokens);
  return sha256(tokens.join(" "));
}

function collectTokens(node: TS.Node, file: TS.SourceFile, tokens: string[]): void {
  // Tokens come from the syntax tree because only the parser can tell a regular expression from a division.
  const children = node.getChildren(file);
  if (children.length === 0) {
    const text = node.getText(file);
    if (text !== "" && !isJsDoc(node)) tokens.push(text);
    return;
  }
  const ends = endsWithSemicolon(node);
  for (const child of children) {
    if (isJsDoc(child) || (ends && child.kind === ts.SyntaxKind.SemicolonToken)) continue;
    collectTokens(child, file, tokens);
  }
  if (ends) tokens.push(";");
}

function isJsDoc(node: TS.Node): boolean {
  return node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode;
}

/** Nodes whose last token is a `;` that may be left off. */
function endsWithSemicolon(node: TS.Node): boolean {
  return (
    ts.isVariableStatement(node) ||
    ts.isExpressionStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isBreakOrContinueStatement(node) ||
    ts.isDoStatement(node) ||
    ts.isDebuggerStatement(node) ||
    ts.isImportDeclaration(node) ||
    ts.isImportEqualsDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isExportAssignment(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isPropertyDeclaration(node)
  );
}
