import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type TS from "typescript";
import { commonJsMeta, moduleMeta } from "../names/module-meta.js";
import { declaredNames, referencedNames } from "../names/references.js";
import { resolveModule } from "../resolve-module.js";
import { ts } from "../typescript.js";
import type { ModuleNode } from "./module-graph.js";
import { HELPERS_KEY } from "./module-helpers.js";

/**
 * Resolves the imports of a module that TypeScript has already made JavaScript. All of them stay synchronous, so that `require`
 * can load the module, too:
 * - a module of the project: `import { a } from "<the made file>"`;
 * - a package: `import * as $tl0 from "<url>"; const { a } = $tl.view("<url>", $tl0, ["a"])`, which is kind to CommonJS;
 * - JSON and CommonJS of the project: `const { a } = $tl.load("<path>", ["a"])`;
 * - `import(x)`: `$tl.import(x, "<folder>")`.
 */
export function rewriteModule(
  node: ModuleNode,
  targetOf: (node: ModuleNode) => string,
): TS.TransformerFactory<TS.SourceFile> {
  const { path } = node.file;
  const folder = dirname(path);
  const meta = moduleMeta(pathToFileURL(path).href);
  return (context) => (file) => {
    const { factory } = context;
    const head: TS.Statement[] = [];
    let count = 0;
    const helper = (name: string): TS.Expression =>
      factory.createPropertyAccessExpression(factory.createIdentifier("$tl"), name);
    const text = (value: string): TS.StringLiteral => factory.createStringLiteral(value);

    /** Where a specifier leads, and whether Node's own import of it is good enough. */
    function target(specifier: string): {
      readonly url: string;
      readonly path: string | null;
      readonly isPlain: boolean;
    } {
      const link = node.links.get(specifier);
      if (link === undefined) {
        const url = resolveModule(specifier, folder);
        const isJson = url.startsWith("file:") && url.endsWith(".json");
        return { url, path: isJson ? new URL(url).pathname : null, isPlain: url.startsWith("node:") };
      }
      const made = targetOf(link);
      const isPlain = link.file.kind === "module";
      return { url: pathToFileURL(made).href, path: isPlain ? null : made, isPlain };
    }

    /** An expression for the namespace, whose loading is put at the head. */
    function loaded(specifier: string, names: readonly string[]): TS.Identifier {
      const { url, path: file } = target(specifier);
      const wanted = factory.createArrayLiteralExpression(names.map(text));
      const name = `$tl${count++}`;
      const id = factory.createIdentifier(name);
      if (file !== null) {
        head.push(constant(id, factory.createCallExpression(helper("load"), undefined, [text(file), wanted]), factory));
        return id;
      }
      const raw = factory.createIdentifier(`${name}raw`);
      head.push(
        factory.createImportDeclaration(
          undefined,
          factory.createImportClause(undefined, undefined, factory.createNamespaceImport(raw)),
          text(url),
        ),
        constant(id, factory.createCallExpression(helper("view"), undefined, [text(url), raw, wanted]), factory),
      );
      return id;
    }

    function importDeclaration(statement: TS.ImportDeclaration, specifier: string): TS.Statement[] {
      const found = target(specifier);
      const clause = statement.importClause;
      if (found.isPlain || (clause === undefined && found.path === null))
        return [factory.updateImportDeclaration(statement, statement.modifiers, clause, text(found.url), undefined)];
      const bindings = clause?.namedBindings;
      const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
      const elements = named.map((element) => bind(element.propertyName ?? element.name, element.name, factory));
      const names = named.map((element) => (element.propertyName ?? element.name).text);
      if (clause?.name !== undefined) {
        elements.unshift(bind(factory.createIdentifier("default"), clause.name, factory));
        names.unshift("default");
      }
      const id = loaded(specifier, names);
      if (elements.length > 0) head.push(constant(factory.createObjectBindingPattern(elements), id, factory));
      if (bindings !== undefined && ts.isNamespaceImport(bindings)) head.push(constant(bindings.name, id, factory));
      return [];
    }

    function exportDeclaration(statement: TS.ExportDeclaration, specifier: string): TS.Statement[] {
      const found = target(specifier);
      const clause = statement.exportClause;
      if (found.isPlain || clause === undefined)
        return [
          factory.updateExportDeclaration(
            statement,
            statement.modifiers,
            false,
            clause,
            text(found.url),
            found.path?.endsWith(".json") === true ? statement.attributes : undefined,
          ),
        ];
      const id = loaded(specifier, []);
      const exported = (local: TS.Identifier, name: TS.ModuleExportName): TS.Statement =>
        factory.createExportDeclaration(
          undefined,
          false,
          factory.createNamedExports([factory.createExportSpecifier(false, local, name)]),
        );
      if (ts.isNamespaceExport(clause)) return [exported(id, clause.name)];
      return clause.elements.flatMap((element) => {
        const local = factory.createIdentifier(`$tl${count++}`);
        const value = factory.createElementAccessExpression(id, text((element.propertyName ?? element.name).text));
        head.push(constant(local, value, factory));
        return [exported(local, element.name)];
      });
    }

    const visit = (inner: TS.Node): TS.VisitResult<TS.Node> => {
      if (ts.isImportDeclaration(inner) && ts.isStringLiteral(inner.moduleSpecifier))
        return importDeclaration(inner, inner.moduleSpecifier.text);
      if (
        ts.isExportDeclaration(inner) &&
        inner.moduleSpecifier !== undefined &&
        ts.isStringLiteral(inner.moduleSpecifier)
      )
        return exportDeclaration(inner, inner.moduleSpecifier.text);
      if (ts.isCallExpression(inner) && inner.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [specifier] = ts.visitNodes(inner.arguments, visit, ts.isExpression);
        if (specifier !== undefined)
          return factory.createCallExpression(helper("import"), undefined, [specifier, text(folder)]);
      }
      if (ts.isPropertyAccessExpression(inner) && ts.isMetaProperty(inner.expression)) {
        const name = inner.name.text;
        if (name === "url" || name === "dirname" || name === "filename") return text(meta[name]);
      }
      return ts.visitEachChild(inner, visit, context);
    };

    const visited = ts.visitEachChild(file, visit, context);
    const helpers = factory.createElementAccessExpression(
      factory.createIdentifier("globalThis"),
      factory.createCallExpression(
        factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "for"),
        undefined,
        [text(HELPERS_KEY)],
      ),
    );
    const original = ts.getOriginalNode(file, ts.isSourceFile);
    const used = referencedNames(original);
    // It has become a call of `require`; see `withoutTypes`.
    if (original.statements.some(ts.isImportEqualsDeclaration)) used.add("require");
    const declared = declaredNames(original);
    const commonJs = ["__dirname", "__filename", "require"]
      .filter((name) => used.has(name) && !declared.has(name))
      .map((name) =>
        constant(
          factory.createIdentifier(name),
          name === "require"
            ? factory.createCallExpression(helper("requireFrom"), undefined, [text(meta.url)])
            : text(commonJsMeta(name, meta) ?? ""),
          factory,
        ),
      );
    return factory.updateSourceFile(visited, [
      constant(factory.createIdentifier("$tl"), helpers, factory),
      ...commonJs,
      ...head,
      ...visited.statements,
    ]);
  };
}

function bind(imported: TS.ModuleExportName, local: TS.Identifier, factory: TS.NodeFactory): TS.BindingElement {
  return factory.createBindingElement(undefined, imported.text === local.text ? undefined : imported, local);
}

function constant(name: TS.BindingName, value: TS.Expression, factory: TS.NodeFactory): TS.Statement {
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(
      [factory.createVariableDeclaration(name, undefined, undefined, value)],
      ts.NodeFlags.Const,
    ),
  );
}
