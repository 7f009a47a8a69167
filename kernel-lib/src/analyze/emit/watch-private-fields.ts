import type TS from "typescript";
import { ts } from "../typescript.js";

/**
 * Gives each class with private fields a last member that lets tracking see them:
 * `static { $tl.fields(this, o => [#a in o ? o.#a : undefined]); }`. It runs on JavaScript's syntax, after TypeScript's own
 * transformers, and so meets the storage of `accessor` fields too. `originalText` undoes it.
 */
export function watchPrivateFields(file: TS.SourceFile, context: TS.TransformationContext): TS.SourceFile {
  const visit = (node: TS.Node): TS.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isClassLike(visited)) return visited;
    const fields = visited.members.flatMap((member) =>
      ts.isPropertyDeclaration(member) && ts.isPrivateIdentifier(member.name) ? [member.name] : [],
    );
    if (fields.length === 0) return visited;
    const members = [...visited.members, watcher(fields, context.factory)];
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

function watcher(fields: readonly TS.PrivateIdentifier[], factory: TS.NodeFactory): TS.ClassElement {
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
  const call = factory.createCallExpression(
    factory.createPropertyAccessExpression(factory.createIdentifier("$tl"), "fields"),
    undefined,
    [factory.createThis(), reader],
  );
  return factory.createClassStaticBlockDeclaration(factory.createBlock([factory.createExpressionStatement(call)]));
}
