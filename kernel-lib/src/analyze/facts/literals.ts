import type TS from "typescript";
import { ts } from "../typescript.js";

/** The JSON value that a literal expression stands for, in a box; null for any other expression. */
export function literalValue(node: TS.Expression): { readonly value: unknown } | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return { value: node.text };
  if (ts.isNumericLiteral(node)) return { value: Number(node.text) };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (node.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return literalValue(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return signed(node);
  if (ts.isArrayLiteralExpression(node)) return list(node);
  return ts.isObjectLiteralExpression(node) ? record(node) : null;
}

function signed(node: TS.PrefixUnaryExpression): { readonly value: unknown } | null {
  const inner = literalValue(node.operand);
  if (inner === null || typeof inner.value !== "number") return null;
  if (node.operator === ts.SyntaxKind.MinusToken) return { value: -inner.value };
  return node.operator === ts.SyntaxKind.PlusToken ? inner : null;
}

function list(node: TS.ArrayLiteralExpression): { readonly value: unknown } | null {
  const values: unknown[] = [];
  for (const element of node.elements) {
    const item = literalValue(element);
    if (item === null) return null;
    values.push(item.value);
  }
  return { value: values };
}

function record(node: TS.ObjectLiteralExpression): { readonly value: unknown } | null {
  const entries: [string, unknown][] = [];
  for (const property of node.properties) {
    if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return null;
    const item = literalValue(property.initializer);
    if (item === null) return null;
    entries.push([property.name.text, item.value]);
  }
  return { value: Object.fromEntries(entries) };
}
