import type TS from "typescript";
import type { ModuleMeta } from "../names/module-meta.js";
import type { SessionNames } from "../names/session-names.js";
import { hasModifier } from "../names/top-level-names.js";
import { ts } from "../typescript.js";
import { bindingToTarget } from "./binding-to-target.js";
import { importStatements } from "./import-statements.js";
import type { LoopLocal } from "./loop-locals.js";
import { createRewriter } from "./rewrite-names.js";
import { createSessionCode, isAnonymousDefinition, named, type SessionCode } from "./session-code.js";
import { watchPrivateFields } from "./watch-private-fields.js";

export interface CellTransform {
  readonly before: TS.TransformerFactory<TS.SourceFile>;
  readonly after: TS.TransformerFactory<TS.SourceFile>;
  /** Names that the code touches; known once the transformer ran. */
  readonly touched: () => ReadonlySet<string>;
  /** True if the code says `globalThis`. */
  readonly reachesGlobals: () => boolean;
}

/** Turns the cell's module into the body of its function (see CompiledCell). */
export function cellTransform(
  names: SessionNames,
  statementCount: number,
  meta: ModuleMeta,
  isValue: (binding: TS.Node) => boolean,
  localsOf: (loop: TS.Statement) => ReadonlyMap<string, LoopLocal>,
): CellTransform {
  let code: SessionCode | undefined;
  return {
    before: (context) => (file) => {
      code = createSessionCode(context.factory);
      return transformFile(file, statementCount, {
        names,
        code,
        isValue,
        context,
        visit: createRewriter(names, code, meta, localsOf, context),
      });
    },
    // TypeScript ends a module without imports and exports by `export {}`, which a function cannot hold.
    after: (context) => (file) =>
      context.factory.updateSourceFile(
        file,
        watchPrivateFields(file, context).statements.filter((statement) => !ts.isExportDeclaration(statement)),
      ),
    touched: () => code?.touched ?? new Set(),
    reachesGlobals: () => code?.reachesGlobals ?? false,
  };
}

interface Tools {
  readonly names: SessionNames;
  readonly code: SessionCode;
  readonly isValue: (binding: TS.Node) => boolean;
  readonly context: TS.TransformationContext;
  readonly visit: (node: TS.Node) => TS.Node;
}

function transformFile(file: TS.SourceFile, count: number, tools: Tools): TS.SourceFile {
  const statements = file.statements.slice(0, count);
  const imports = statements.flatMap((statement, index) =>
    ts.isImportDeclaration(statement)
      ? importStatements(statement, index, tools.isValue, tools.code, tools.context.factory)
      : [],
  );
  const last = statements.findLast((statement) => !ts.isEmptyStatement(statement));
  const body = statements.flatMap((statement) => transformStatement(statement, statement === last, tools));
  return tools.context.factory.updateSourceFile(file, [...imports, ...body]);
}

function transformStatement(node: TS.Statement, isLast: boolean, tools: Tools): TS.Statement[] {
  const { factory } = tools.context;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isEmptyStatement(node)) return [];
  if (ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return [];
  if (ts.isExpressionStatement(node)) return [expression(node.expression, node, isLast, tools)];
  if (ts.isExportAssignment(node)) return [expression(node.expression, node, isLast, tools)];
  if (ts.isImportEqualsDeclaration(node)) return importEquals(node, tools);
  if (ts.isVariableStatement(node)) return variables(node, tools);
  // What each `update` below gives back is of the kind that went in.
  if (ts.isFunctionDeclaration(node)) {
    if (node.name === undefined) return [];
    const visited = tools.visit(node) as TS.FunctionDeclaration;
    const { asteriskToken, name, parameters, body } = visited;
    return [
      factory.updateFunctionDeclaration(
        visited,
        withoutExport(visited),
        asteriskToken,
        name,
        undefined,
        parameters,
        undefined,
        body,
      ),
    ];
  }
  if (ts.isClassDeclaration(node)) {
    if (node.name === undefined) return [];
    const visited = tools.visit(node) as TS.ClassDeclaration;
    const bare = factory.updateClassDeclaration(
      visited,
      withoutExport(visited),
      visited.name,
      visited.typeParameters,
      visited.heritageClauses,
      visited.members,
    );
    return [bare, publishOwn(node.name, node, tools)];
  }
  if (ts.isEnumDeclaration(node)) {
    const visited = tools.visit(node) as TS.EnumDeclaration;
    return [
      factory.updateEnumDeclaration(visited, withoutExport(visited), visited.name, visited.members),
      publishOwn(node.name, node, tools),
    ];
  }
  if (ts.isModuleDeclaration(node)) {
    if (!ts.isIdentifier(node.name) || !tools.isValue(node)) return [];
    const visited = tools.visit(node) as TS.ModuleDeclaration;
    return [
      factory.updateModuleDeclaration(visited, withoutExport(visited), visited.name, visited.body),
      publishOwn(node.name, node, tools),
    ];
  }
  return [tools.visit(node) as TS.Statement];
}

/** The last one gives the cell's value; in an array, because an async function would wait for a promise. */
function expression(value: TS.Expression, node: TS.Statement, isLast: boolean, tools: Tools): TS.Statement {
  const { factory } = tools.context;
  const visited = tools.visit(value) as TS.Expression;
  const statement = isLast
    ? factory.createReturnStatement(factory.createArrayLiteralExpression([visited]))
    : factory.createExpressionStatement(visited);
  return ts.setTextRange(statement, node);
}

function publishOwn(name: TS.Identifier, node: TS.Node, tools: Tools): TS.Statement {
  return tools.code.publish(name.text, tools.context.factory.createIdentifier(name.text), node);
}

function variables(node: TS.VariableStatement, tools: Tools): TS.Statement[] {
  const list = node.declarationList;
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  return list.declarations.flatMap((declaration) => {
    if (flags === ts.NodeFlags.Using || flags === ts.NodeFlags.AwaitUsing)
      return keepLocal(declaration, flags, node, tools);
    const keeps =
      flags !== 0 &&
      declaration.initializer !== undefined &&
      isAnonymousDefinition(declaration.initializer) &&
      isOnly(declaration, tools);
    return keeps
      ? keepLocal(declaration, ts.NodeFlags.Const, node, tools)
      : assign(declaration, flags === 0, node, tools);
  });
}

/** False where the cell declares the name twice, which JavaScript would not let stand. */
function isOnly(declaration: TS.VariableDeclaration, tools: Tools): boolean {
  const name = tools.names.declaredBy(declaration);
  return name !== null && tools.names.own.filter((found) => found.name === name && found.kind !== "type").length === 1;
}

/** `const f = () => 1` stays, so that the function has its name. */
function keepLocal(
  declaration: TS.VariableDeclaration,
  flags: TS.NodeFlags,
  node: TS.Statement,
  tools: Tools,
): TS.Statement[] {
  const { factory } = tools.context;
  const initializer =
    declaration.initializer === undefined ? undefined : (tools.visit(declaration.initializer) as TS.Expression);
  const bare = ts.setTextRange(
    factory.createVariableDeclaration(declaration.name, undefined, undefined, initializer),
    declaration,
  );
  const statement = factory.createVariableStatement(undefined, factory.createVariableDeclarationList([bare], flags));
  ts.setTextRange(statement, node);
  return ts.isIdentifier(declaration.name)
    ? [statement, publishOwn(declaration.name, declaration, tools)]
    : [statement];
}

function assign(declaration: TS.VariableDeclaration, isVar: boolean, node: TS.Statement, tools: Tools): TS.Statement[] {
  const { factory } = tools.context;
  const visit = (value: TS.Expression) => tools.visit(value) as TS.Expression;
  // A `var` without a value leaves what an earlier statement of the cell gave it; the cell's head made it undefined.
  if (declaration.initializer === undefined && isVar) return [];
  if (declaration.initializer === undefined && ts.isIdentifier(declaration.name))
    return [commented(tools.code.declare(declaration.name.text, declaration), node)];
  const value = declaration.initializer === undefined ? factory.createVoidZero() : visit(declaration.initializer);
  if (ts.isIdentifier(declaration.name))
    return [
      commented(
        tools.code.publish(declaration.name.text, named(declaration.name.text, value, factory), declaration),
        node,
      ),
    ];
  const target = bindingToTarget(declaration.name, tools.code, visit, factory);
  const assignment = ts.setTextRange(factory.createAssignment(target, value), declaration);
  const statement = ts.isObjectLiteralExpression(target)
    ? factory.createParenthesizedExpression(assignment)
    : assignment;
  return [ts.setTextRange(factory.createExpressionStatement(statement), node)];
}

function commented(statement: TS.Statement, node: TS.Node): TS.Statement {
  return ts.setTextRange(statement, node);
}

function importEquals(node: TS.ImportEqualsDeclaration, tools: Tools): TS.Statement[] {
  const { factory } = tools.context;
  if (node.isTypeOnly || !tools.isValue(node)) return [];
  const reference = node.moduleReference;
  const value = ts.isExternalModuleReference(reference)
    ? factory.createCallExpression(tools.code.runtime("require"), undefined, [reference.expression])
    : entityValue(reference, tools);
  return [tools.code.publish(node.name.text, value, node)];
}

/** `A.B` of `import x = A.B` as an expression. */
function entityValue(name: TS.EntityName, tools: Tools): TS.Expression {
  if (ts.isQualifiedName(name))
    return tools.context.factory.createPropertyAccessExpression(entityValue(name.left, tools), name.right.text);
  const session = tools.names.of(name);
  return session === null ? name : tools.code.access(session, name);
}

/** Modifiers other than `export` and `default`. */
function withoutExport(
  node: TS.HasModifiers & { readonly modifiers?: TS.NodeArray<TS.ModifierLike> | undefined },
): TS.ModifierLike[] {
  return (node.modifiers ?? []).filter(
    (modifier) => modifier.kind !== ts.SyntaxKind.ExportKeyword && modifier.kind !== ts.SyntaxKind.DefaultKeyword,
  );
}
