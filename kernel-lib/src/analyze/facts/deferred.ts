import type TS from "typescript";
import { hasModifier } from "../names/top-level-names.js";
import { ts } from "../typescript.js";

/** A top-level function or class: its code runs when it is called, not with the cell. */
export interface FunctionLike {
  readonly name: string;
  /** The function or class node. */
  readonly node: TS.FunctionDeclaration | TS.FunctionExpression | TS.ArrowFunction | TS.ClassLikeDeclaration;
  /** The nodes that name it: more than one where it has overloads. */
  readonly declaration: TS.Node;
}

/** Function declarations, `const f = () => …`, classes and `const C = class …`. */
export function functionLikes(statements: readonly TS.Statement[]): FunctionLike[] {
  return statements.flatMap((statement): FunctionLike[] => {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      return statement.name === undefined
        ? []
        : [{ name: statement.name.text, node: statement, declaration: statement }];
    }
    if (
      !ts.isVariableStatement(statement) ||
      (statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const
    )
      return [];
    return statement.declarationList.declarations.flatMap((declaration) => {
      const node = functionOf(declaration.initializer);
      return node === null || !ts.isIdentifier(declaration.name)
        ? []
        : [{ name: declaration.name.text, node, declaration }];
    });
  });
}

function functionOf(
  value: TS.Expression | undefined,
): TS.FunctionExpression | TS.ArrowFunction | TS.ClassExpression | null {
  if (value === undefined) return null;
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isClassExpression(value)) return value;
  if (ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isSatisfiesExpression(value))
    return functionOf(value.expression);
  return null;
}

/** Nodes below which code does not run with the cell: whole functions; of classes, what runs only for an instance or a call. */
export function deferredNodes(functions: readonly FunctionLike[]): Set<TS.Node> {
  const nodes = new Set<TS.Node>();
  for (const { node } of functions) {
    if (!ts.isClassLike(node)) nodes.add(node);
    else for (const member of node.members) if (!runsAtOnce(member)) nodes.add(member);
  }
  return nodes;
}

function runsAtOnce(member: TS.ClassElement): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return true;
  return ts.isPropertyDeclaration(member) && hasModifier(member, ts.SyntaxKind.StaticKeyword);
}
