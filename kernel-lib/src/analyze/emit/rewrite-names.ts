import type TS from "typescript";
import { assignmentTo } from "../names/assignment-target.js";
import { commonJsMeta, type ModuleMeta } from "../names/module-meta.js";
import { isReference } from "../names/references.js";
import type { SessionNames } from "../names/session-names.js";
import { ts } from "../typescript.js";
import { bindingToTarget } from "./binding-to-target.js";
import { createLoopCode } from "./loop-code.js";
import { isLabelledLoop, isLoop, type LoopLocal } from "./loop-locals.js";
import { named, type SessionCode } from "./session-code.js";

/** A visitor that rewrites references to session names below a node, and the `var`s that hoist to the cell's top level. */
export function createRewriter(
  names: SessionNames,
  code: SessionCode,
  meta: ModuleMeta,
  localsOf: (loop: TS.Statement) => ReadonlyMap<string, LoopLocal>,
  context: TS.TransformationContext,
): (node: TS.Node) => TS.Node {
  const { factory } = context;
  const loopCode = createLoopCode(code, factory);
  /** Names that the loop around the node being visited keeps in local variables; null outside such loops. */
  let locals: ReadonlyMap<string, LoopLocal> | null = null;
  /** How many functions, classes and namespaces stand around the node being visited. */
  let depth = 0;
  /** Classes, enums and namespaces around it: inside, their own names stay as they are. */
  const inside: string[] = [];

  const visit = (node: TS.Node): TS.Node => {
    // `extends Base` is a type node to TypeScript, and an expression to JavaScript.
    if (ts.isExpressionWithTypeArguments(node))
      return factory.updateExpressionWithTypeArguments(node, visitExpression(node.expression), node.typeArguments);
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return node;
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node;
    if (ts.isIdentifier(node)) return identifier(node);
    if (depth === 0 && locals === null && (isLoop(node) || isLabelledLoop(node))) {
      const found = localsOf(node);
      if (found.size > 0) return withLocals(node, found);
    }
    // A cell's code is no module, where alone `import.meta` may stand.
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return metaObject(meta, factory);
    if (ts.isShorthandPropertyAssignment(node)) return shorthand(node);
    if (ts.isCallExpression(node)) return call(node);
    if (ts.isTaggedTemplateExpression(node)) return tagged(node);
    if (ts.isBinaryExpression(node)) return binary(node);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return unary(node);
    if (ts.isVariableStatement(node)) return variables(node);
    if (ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node)) return loop(node);
    if (ts.isClassLike(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node)) return within(node);
    if (ts.isFunctionLike(node)) return deeper(node);
    return ts.visitEachChild(node, visit, context);
  };
  // Every rewriting above turns expressions into expressions.
  const visitExpression = (node: TS.Expression): TS.Expression => visit(node) as TS.Expression;

  function sessionName(id: TS.Identifier): string | null {
    if (!isReference(id) || inside.includes(id.text)) return null;
    return names.of(id);
  }

  function identifier(node: TS.Identifier): TS.Node {
    const name = sessionName(node);
    if (name !== null) return read(name, node);
    if (!isReference(node) || names.isLocal(node)) return node;
    if (node.text === "require" || node.text === "module") return code.runtime(node.text);
    if (node.text === "exports") return factory.createPropertyAccessExpression(code.runtime("module"), "exports");
    if (node.text === "globalThis" || node.text === "global") code.noteGlobals();
    const value = commonJsMeta(node.text, meta);
    return value === null ? node : factory.createStringLiteral(value);
  }

  /** The name's value. */
  function read(name: string, node: TS.Identifier): TS.Expression {
    const local = locals?.get(name);
    return local === undefined ? code.access(name, node) : loopCode.read(name, local, node);
  }

  function withLocals(loop: TS.Statement, found: ReadonlyMap<string, LoopLocal>): TS.Statement {
    locals = found;
    const visited = visit(loop) as TS.Statement;
    locals = null;
    return loopCode.around(visited, found);
  }

  function unary(node: TS.PrefixUnaryExpression | TS.PostfixUnaryExpression): TS.Node {
    const name =
      ts.isIdentifier(node.operand) && assignmentTo(node.operand) !== null ? sessionName(node.operand) : null;
    const local = name === null ? undefined : locals?.get(name);
    if (name === null || local === undefined) return ts.visitEachChild(node, visit, context);
    return loopCode.step(name, local, node);
  }

  function shorthand(node: TS.ShorthandPropertyAssignment): TS.Node {
    const name = sessionName(node.name);
    const initializer = node.objectAssignmentInitializer;
    if (name === null) return ts.visitEachChild(node, (child) => (child === node.name ? child : visit(child)), context);
    const access = initializer === undefined ? read(name, node.name) : code.access(name, node.name);
    const value =
      initializer === undefined
        ? access
        : factory.createAssignment(access, anonymous(name, visitExpression(initializer)));
    return ts.setTextRange(factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value), node);
  }

  function call(node: TS.CallExpression): TS.Node {
    const callee = node.expression;
    if (callee.kind === ts.SyntaxKind.ImportKeyword) {
      return factory.updateCallExpression(
        node,
        code.runtime("import"),
        undefined,
        ts.visitNodes(node.arguments, visit, ts.isExpression),
      );
    }
    const bare = withoutTypes(callee);
    const name = ts.isIdentifier(bare) ? sessionName(bare) : null;
    if (name === null) return ts.visitEachChild(node, visit, context);
    const rewritten = code.callee(name, bare);
    const given = ts.visitNodes(node.arguments, visit, ts.isExpression);
    return ts.isCallChain(node)
      ? factory.updateCallChain(node, rewritten, node.questionDotToken, undefined, given)
      : factory.updateCallExpression(node, rewritten, undefined, given);
  }

  function tagged(node: TS.TaggedTemplateExpression): TS.Node {
    const bare = withoutTypes(node.tag);
    const name = ts.isIdentifier(bare) ? sessionName(bare) : null;
    if (name === null) return ts.visitEachChild(node, visit, context);
    const template = ts.visitEachChild(node.template, visit, context);
    return factory.updateTaggedTemplateExpression(node, code.callee(name, bare), undefined, template);
  }

  function binary(node: TS.BinaryExpression): TS.Node {
    const isAssignment =
      node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
    const name = isAssignment && ts.isIdentifier(node.left) ? sessionName(node.left) : null;
    if (name === null) return ts.visitEachChild(node, visit, context);
    const local = locals?.get(name);
    if (local !== undefined) {
      const value = anonymous(name, visitExpression(node.right));
      return loopCode.assign(name, local, node, value);
    }
    return factory.updateBinaryExpression(
      node,
      visitExpression(node.left),
      node.operatorToken,
      anonymous(name, visitExpression(node.right)),
    );
  }

  /** Functions keep the names of their variables; inside functions the text matters more (see `originalText`). */
  function anonymous(name: string, value: TS.Expression): TS.Expression {
    return depth === 0 ? named(name, value, factory) : value;
  }

  function hoists(list: TS.VariableDeclarationList): boolean {
    return depth === 0 && (list.flags & ts.NodeFlags.BlockScoped) === 0;
  }

  function variables(node: TS.VariableStatement): TS.Node {
    if (!hoists(node.declarationList)) return ts.visitEachChild(node, visit, context);
    const value = assignments(node.declarationList);
    return value === null
      ? factory.createEmptyStatement()
      : ts.setTextRange(factory.createExpressionStatement(value), node);
  }

  /** `var a = 1, b, c = 2` as an expression; null if nothing is assigned. */
  function assignments(list: TS.VariableDeclarationList): TS.Expression | null {
    const parts = list.declarations.flatMap((declaration) =>
      declaration.initializer === undefined ? [] : [assignment(declaration, declaration.initializer)],
    );
    return parts.length === 0 ? null : parts.reduce((before, part) => factory.createComma(before, part));
  }

  function assignment(declaration: TS.VariableDeclaration, initializer: TS.Expression): TS.Expression {
    const value = visitExpression(initializer);
    const local = ts.isIdentifier(declaration.name) ? locals?.get(declaration.name.text) : undefined;
    if (ts.isIdentifier(declaration.name) && local !== undefined)
      return loopCode.initialize(declaration.name.text, declaration, anonymous(declaration.name.text, value));
    const target = bindingToTarget(declaration.name, code, visitExpression, factory);
    const valueNamed = ts.isIdentifier(declaration.name) ? anonymous(declaration.name.text, value) : value;
    return ts.setTextRange(factory.createAssignment(target, valueNamed), declaration);
  }

  function loop(node: TS.ForStatement | TS.ForInStatement | TS.ForOfStatement): TS.Node {
    const list = node.initializer;
    if (list === undefined || !ts.isVariableDeclarationList(list) || !hoists(list))
      return ts.visitEachChild(node, visit, context);
    const visitStatement = (statement: TS.Statement): TS.Statement => visit(statement) as TS.Statement;
    const visitMaybe = (part: TS.Expression | undefined) => (part === undefined ? undefined : visitExpression(part));
    if (ts.isForStatement(node)) {
      return factory.updateForStatement(
        node,
        assignments(list) ?? undefined,
        visitMaybe(node.condition),
        visitMaybe(node.incrementor),
        visitStatement(node.statement),
      );
    }
    const first = list.declarations[0];
    if (first === undefined) return node;
    const target = bindingToTarget(first.name, code, visitExpression, factory);
    return ts.isForInStatement(node)
      ? factory.updateForInStatement(node, target, visitExpression(node.expression), visitStatement(node.statement))
      : factory.updateForOfStatement(
          node,
          node.awaitModifier,
          target,
          visitExpression(node.expression),
          visitStatement(node.statement),
        );
  }

  function within(node: TS.ClassLikeDeclaration | TS.EnumDeclaration | TS.ModuleDeclaration): TS.Node {
    const name = node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : null;
    if (name === null) return deeper(node);
    inside.push(name);
    const visited = deeper(node);
    inside.pop();
    return visited;
  }

  function deeper(node: TS.Node): TS.Node {
    depth++;
    const visited = ts.visitEachChild(node, visit, context);
    depth--;
    return visited;
  }

  return visit;
}

function metaObject(meta: ModuleMeta, factory: TS.NodeFactory): TS.Expression {
  const properties = Object.entries(meta).map(([name, value]) =>
    factory.createPropertyAssignment(name, factory.createStringLiteral(value)),
  );
  return factory.createParenthesizedExpression(factory.createObjectLiteralExpression(properties));
}

/** `(f as any)`, `f!` and `(f)` call as `f` does. */
function withoutTypes(node: TS.Expression): TS.Expression {
  const wraps =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return wraps ? withoutTypes(node.expression) : node;
}
