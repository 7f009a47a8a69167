import type TS from "typescript";
import { ts } from "../typescript.js";
import type { ModuleNode } from "./module-graph.js";

/**
 * Takes out what only the types of other files can tell to be a type, which TypeScript sees with all files before it and a single one
 * does not: `export { Row } from "./types"`, `import { Row } from "./types"; export { Row }`. And `import fs = require("fs")`
 * becomes a constant, which TypeScript drops from a module.
 */
export function withoutTypes({ file: { types, kind }, links }: ModuleNode): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const typesOf = (specifier: TS.Expression | undefined): ReadonlySet<string> =>
      specifier !== undefined && ts.isStringLiteral(specifier)
        ? (links.get(specifier.text)?.file.types ?? new Set<string>())
        : new Set<string>();
    const imported = new Set(types);
    const statements = file.statements.flatMap((statement): TS.Statement[] => {
      if (ts.isImportDeclaration(statement)) return withoutImported(statement);
      if (ts.isImportEqualsDeclaration(statement) && kind === "module") return [asConstant(statement)];
      return [statement];
    });

    function withoutImported(node: TS.ImportDeclaration): TS.ImportDeclaration[] {
      const clause = node.importClause;
      const bindings = clause?.namedBindings;
      if (clause === undefined || bindings === undefined || !ts.isNamedImports(bindings)) return [node];
      if (clause.isTypeOnly) return [];
      const gone = typesOf(node.moduleSpecifier);
      const kept = bindings.elements.filter((element) => {
        const isGone = element.isTypeOnly || gone.has((element.propertyName ?? element.name).text);
        if (isGone) imported.add(element.name.text);
        return !isGone;
      });
      if (kept.length === bindings.elements.length) return [node];
      if (kept.length === 0 && clause.name === undefined) return [];
      const named = factory.updateNamedImports(bindings, kept);
      return [
        factory.updateImportDeclaration(
          node,
          node.modifiers,
          factory.updateImportClause(clause, clause.phaseModifier, clause.name, named),
          node.moduleSpecifier,
          node.attributes,
        ),
      ];
    }

    function asConstant(node: TS.ImportEqualsDeclaration): TS.Statement {
      const { moduleReference: reference } = node;
      if (node.isTypeOnly || !ts.isExternalModuleReference(reference)) return node;
      const value = factory.createCallExpression(factory.createIdentifier("require"), undefined, [
        reference.expression,
      ]);
      const declaration = factory.createVariableDeclaration(node.name, undefined, undefined, value);
      const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
      return ts.setTextRange(factory.createVariableStatement(node.modifiers, list), node);
    }

    return factory.updateSourceFile(
      file,
      statements.map((statement) => {
        if (!ts.isExportDeclaration(statement)) return statement;
        const clause = statement.exportClause;
        if (clause === undefined || !ts.isNamedExports(clause)) return statement;
        const gone = statement.moduleSpecifier === undefined ? imported : typesOf(statement.moduleSpecifier);
        const kept = clause.elements.filter(
          (element) => !element.isTypeOnly && !gone.has((element.propertyName ?? element.name).text),
        );
        if (kept.length === clause.elements.length) return statement;
        return factory.updateExportDeclaration(
          statement,
          statement.modifiers,
          statement.isTypeOnly,
          factory.updateNamedExports(clause, kept),
          statement.moduleSpecifier,
          statement.attributes,
        );
      }),
    );
  };
}
