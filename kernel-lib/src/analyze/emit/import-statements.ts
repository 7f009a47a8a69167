import type TS from "typescript";
import { ts } from "../typescript.js";
import type { SessionCode } from "./session-code.js";

/**
 * `import { a, b as c } from "m"` as statements that publish its bindings:
 * `const $tl0 = await $tl.import("m", ["a", "b"]); tl$a.v = $tl0.a; tl$c.v = $tl0.b;`
 * `isValue` says which bindings have a value at all.
 */
export function importStatements(
  node: TS.ImportDeclaration,
  index: number,
  isValue: (binding: TS.Node) => boolean,
  code: SessionCode,
  factory: TS.NodeFactory,
): TS.Statement[] {
  const clause = node.importClause;
  const load = (names: readonly string[]): TS.Expression =>
    factory.createAwaitExpression(
      factory.createCallExpression(code.runtime("import"), undefined, [
        node.moduleSpecifier,
        ...(names.length === 0
          ? []
          : [factory.createArrayLiteralExpression(names.map((name) => factory.createStringLiteral(name)))]),
      ]),
    );
  if (clause === undefined) return [ts.setTextRange(factory.createExpressionStatement(load([])), node)];
  const bindings = clauseBindings(clause).filter((binding) => isValue(binding.node));
  if (bindings.length === 0) return [];
  const temporary = `$tl${index}`;
  const names = bindings.flatMap(({ imported }) => imported ?? []);
  const declaration = factory.createVariableDeclaration(temporary, undefined, undefined, load(names));
  const keep = ts.setTextRange(
    factory.createVariableStatement(
      undefined,
      factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
    ),
    node,
  );
  const publish = bindings.map(({ local, imported, node: binding }) => {
    const module = factory.createIdentifier(temporary);
    return code.publish(local, imported === null ? module : member(module, imported, factory), binding);
  });
  return [keep, ...publish];
}

interface Binding {
  readonly local: string;
  /** Null for the whole namespace. */
  readonly imported: string | null;
  readonly node: TS.Node;
}

function clauseBindings(clause: TS.ImportClause): Binding[] {
  const found: Binding[] =
    clause.name === undefined ? [] : [{ local: clause.name.text, imported: "default", node: clause }];
  const named = clause.namedBindings;
  if (named === undefined) return found;
  if (ts.isNamespaceImport(named)) return [...found, { local: named.name.text, imported: null, node: named }];
  return [
    ...found,
    ...named.elements.map(
      (node): Binding => ({ local: node.name.text, imported: (node.propertyName ?? node.name).text, node }),
    ),
  ];
}

/** An export's name may be any string: `import { "a-b" as c }`. */
function member(module: TS.Expression, name: string, factory: TS.NodeFactory): TS.Expression {
  return ts.isIdentifierStart(name.codePointAt(0) ?? 0, ts.ScriptTarget.ES2022)
    ? factory.createPropertyAccessExpression(module, name)
    : factory.createElementAccessExpression(module, factory.createStringLiteral(name));
}
