import type TS from "typescript";
import { ts } from "../typescript.js";

/**
 * Gives each class with private fields a last member that lets tracking see them:
 * `static { $tl.fields(this, o => [#a in o ? o.#a : undefined]); }`. It runs on JavaScript's syntax, after TypeScript's own
 * transformers, and so meets the storage of `accessor` fields too. `originalText` undoes it. A module of the project has no `$tl` and
 * calls `globalThis[Symbol.for("$tl.fields")]`, if that is there.
 */
export function watchPrivateFields(
  file: TS.SourceFile,
  context: TS.TransformationContext,
  where: "cell" | "module" = "cell",
): TS.SourceFile {
  const visit = (node: TS.Node): TS.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isClassLike(visited)) return visited;
    const fields = visited.members.flatMap((member) =>
      ts.isPropertyDeclaration(member) && ts.isPrivateIdentifier(member.name) ? [member.name] : [],
    );
    if (fields.length === 0) return visited;
    const members = [...visited.members, watcher(fields, where, context.factory)];
    return ts.isClassDeclaration(visited)
      ? context.factory.updateClassDeclaration(
          visited,
          visited.modifiers,
          visited.name,
          visited.typeParameters,
          visited.heritageClauses,
          members,
        )
      : context.factory.updateClassExpression(
          visited,
          visited.modifiers,
          visited.name,
          visited.typeParameters,
          visited.heritageClauses,
          members,
        );
  };
  return ts.visitEachChild(file, visit, context);
}

function watcher(
  fields: readonly TS.PrivateIdentifier[],
  where: "cell" | "module",
  factory: TS.NodeFactory,
): TS.ClassElement {
  const object = factory.createIdentifier("o");
  const values = fields.map((field) =>
    factory.createConditionalExpression(
      factory.createBinaryExpression(field, ts.SyntaxKind.InKeyword, object),
      undefined,
      factory.createPropertyAccessExpression(object, field),
      undefined,
      factory.createIdentifier("undefined"),
    ),
  );
  const reader = factory.createArrowFunction(
    undefined,
    undefined,
    [factory.createParameterDeclaration(undefined, undefined, object)],
    undefined,
    undefined,
    factory.createArrayLiteralExpression(values),
  );
  const given = [factory.createThis(), reader];
  const call =
    where === "cell"
      ? factory.createCallExpression(
          factory.createPropertyAccessExpression(factory.createIdentifier("$tl"), "fields"),
          undefined,
          given,
        )
      : factory.createCallChain(
          globalWatcher(factory),
          factory.createToken(ts.SyntaxKind.QuestionDotToken),
          undefined,
          given,
        );
  return factory.createClassStaticBlockDeclaration(factory.createBlock([factory.createExpressionStatement(call)]));
}

function globalWatcher(factory: TS.NodeFactory): TS.Expression {
  const symbol = factory.createCallExpression(
    factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "for"),
    undefined,
    [factory.createStringLiteral("$tl.fields")],
  );
  return factory.createElementAccessExpression(factory.createIdentifier("globalThis"), symbol);
}
