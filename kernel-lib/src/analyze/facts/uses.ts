import type TS from "typescript";
import { isReference } from "../names/references.js";
import { ts } from "../typescript.js";
import { accessOf } from "./access.js";
import { type CallUse, callUses } from "./calls.js";
import { type FactContext, meaningOf } from "./fact-context.js";
import { isGlobalType } from "./globals.js";
import { mutatedBy } from "./mutations.js";
import type { Roots } from "./roots.js";

/** What a piece of code does with names from outside itself; each name with its first place. */
export interface Uses {
  readonly reads: Map<string, TS.Node>;
  readonly globals: Map<string, TS.Node>;
  readonly assigns: Map<string, TS.Node>;
  /** Also parameters (see `paramRoot`) and `this`. */
  readonly mutates: Map<string, TS.Node>;
  readonly types: Set<string>;
  readonly calls: CallUse[];
}

/** `roots`: the code to look through. Below `deferred` nodes nothing is looked at. */
export function collectUses(
  roots: readonly TS.Node[],
  context: FactContext,
  objects: Roots,
  deferred: ReadonlySet<TS.Node>,
): Uses {
  const uses: Uses = {
    reads: new Map(),
    globals: new Map(),
    assigns: new Map(),
    mutates: new Map(),
    types: new Set(),
    calls: [],
  };

  const visit = (node: TS.Node): void => {
    if (deferred.has(node)) {
      for (const part of atOnceParts(node)) visit(part);
      return;
    }
    if (ts.isExpressionWithTypeArguments(node) && isExtends(node)) {
      visit(node.expression);
      for (const argument of node.typeArguments ?? []) collectTypes(argument);
      return;
    }
    if (
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isTypeParameterDeclaration(node)
    ) {
      collectTypes(node);
      return;
    }
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node)) {
      identifier(node);
      return;
    }
    for (const changed of mutatedBy(node, context))
      for (const name of objects.identity(changed)) note(uses.mutates, name, node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) uses.calls.push(...callUses(node, context, objects));
    ts.forEachChild(node, visit);
  };

  function identifier(node: TS.Identifier): void {
    if (!isReference(node)) return;
    const meaning = meaningOf(node, context);
    if (meaning === null) return;
    if (meaning.kind === "global") {
      note(uses.globals, meaning.name, node);
      return;
    }
    const use = accessOf(node);
    if (use !== "write") note(uses.reads, meaning.name, node);
    if (use !== "read") note(uses.assigns, meaning.name, node);
  }

  function collectTypes(node: TS.Node): void {
    if (ts.isIdentifier(node) && isReference(node)) {
      const meaning = meaningOf(node, context, true);
      // At `bind` speed the checker knows no library, so that `Record` looks like anybody's.
      if (
        meaning?.kind === "name" &&
        (context.declaredElsewhere(meaning.name) || isOwn(meaning.name) || !isGlobalType(meaning.name))
      )
        uses.types.add(meaning.name);
    }
    ts.forEachChild(node, collectTypes);
  }

  function isOwn(name: string): boolean {
    return context.names.own.some((found) => found.name === name);
  }

  for (const root of roots) visit(root);
  return uses;
}

function note(map: Map<string, TS.Node>, name: string, node: TS.Node): void {
  if (!map.has(name)) map.set(name, node);
}

function isExtends(node: TS.ExpressionWithTypeArguments): boolean {
  return (
    !ts.isHeritageClause(node.parent) ||
    (node.parent.token === ts.SyntaxKind.ExtendsKeyword && ts.isClassLike(node.parent.parent))
  );
}

/** Of a class member that runs later: its computed name and its decorators run with the class. */
function atOnceParts(node: TS.Node): readonly TS.Node[] {
  if (!ts.isClassElement(node)) return [];
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return node.name !== undefined && ts.isComputedPropertyName(node.name) ? [...decorators, node.name] : decorators;
}
