import type TS from "typescript";
import { isTypeScriptUrl } from "../modules/is-project-file.js";
import { commonJsMeta, type ModuleMeta, moduleMeta } from "../names/module-meta.js";
import { declaredNames, referencedNames } from "../names/references.js";
import { isPath } from "../resolve-module.js";
import { ts } from "../typescript.js";

export interface ImportRewriting {
  readonly resolve?: (specifier: string) => string;
  readonly helper?: string;
  readonly url?: string;
}

/** Resolves the specifiers of a module that TypeScript has already made JavaScript. See StepOptions. */
export function rewriteImports(options: ImportRewriting): TS.TransformerFactory<TS.SourceFile> {
  const resolve = options.resolve ?? ((specifier: string) => specifier);
  return (context) => (file) => {
    const { factory } = context;
    let needsHelper = false;

    const helped = (specifier: TS.Expression): TS.CallExpression => {
      needsHelper = true;
      return factory.createCallExpression(factory.createIdentifier("$tlImport"), undefined, [specifier]);
    };
    const urlOf = (literal: TS.StringLiteralLike): TS.StringLiteral =>
      factory.createStringLiteral(resolve(literal.text));
    const isHelped = (literal: TS.StringLiteralLike): boolean =>
      options.helper !== undefined &&
      (literal.text.endsWith(".json") ||
        (isPath(literal.text) ? isTypeScriptUrl(resolve(literal.text)) : !resolve(literal.text).startsWith("node:")));

    const visit = (node: TS.Node): TS.VisitResult<TS.Node> => {
      if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
        if (isHelped(node.moduleSpecifier))
          return importAsConstants(node, helped(urlOf(node.moduleSpecifier)), factory);
        return factory.updateImportDeclaration(
          node,
          node.modifiers,
          node.importClause,
          urlOf(node.moduleSpecifier),
          node.attributes,
        );
      }
      if (
        ts.isExportDeclaration(node) &&
        node.moduleSpecifier !== undefined &&
        ts.isStringLiteral(node.moduleSpecifier)
      ) {
        return factory.updateExportDeclaration(
          node,
          node.modifiers,
          node.isTypeOnly,
          node.exportClause,
          urlOf(node.moduleSpecifier),
          node.attributes,
        );
      }
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return dynamicImport(node);
      const place = options.url === undefined ? null : metaValue(node, moduleMeta(options.url));
      if (place !== null) return factory.createStringLiteral(place);
      return ts.visitEachChild(node, visit, context);
    };

    function dynamicImport(node: TS.CallExpression): TS.Node {
      const first = node.arguments[0];
      if (first === undefined || !ts.isStringLiteralLike(first)) return ts.visitEachChild(node, visit, context);
      return isHelped(first)
        ? helped(urlOf(first))
        : factory.updateCallExpression(node, node.expression, undefined, [urlOf(first)]);
    }

    const visited = ts.visitEachChild(file, visit, context);
    const helpers =
      needsHelper && options.helper !== undefined
        ? [importHelper("importUrl", "$tlImport", options.helper, factory)]
        : [];
    return factory.updateSourceFile(visited, [
      ...helpers,
      ...commonJsNames(file, options, factory),
      ...visited.statements,
    ]);
  };
}

/** `import { importUrl as $tlImport } from "…/import-module.js"` */
function importHelper(name: string, local: string, url: string, factory: TS.NodeFactory): TS.Statement {
  const specifier = factory.createImportSpecifier(
    false,
    factory.createIdentifier(name),
    factory.createIdentifier(local),
  );
  const clause = factory.createImportClause(undefined, undefined, factory.createNamedImports([specifier]));
  return factory.createImportDeclaration(undefined, clause, factory.createStringLiteral(url));
}

/** `const { a, b: c, default: d } = await …`, `const all = await …` */
function importAsConstants(node: TS.ImportDeclaration, load: TS.Expression, factory: TS.NodeFactory): TS.Statement[] {
  const awaited = factory.createAwaitExpression(load);
  const clause = node.importClause;
  if (clause === undefined) return [factory.createExpressionStatement(awaited)];
  const bindings = clause.namedBindings;
  const space = bindings !== undefined && ts.isNamespaceImport(bindings) ? bindings.name : null;
  const elements =
    bindings !== undefined && ts.isNamedImports(bindings)
      ? bindings.elements.map((element) => bind(element.propertyName ?? element.name, element.name, factory))
      : [];
  if (clause.name !== undefined) elements.unshift(bind(factory.createIdentifier("default"), clause.name, factory));
  const pattern = elements.length === 0 ? null : factory.createObjectBindingPattern(elements);
  const first = constant(space ?? pattern ?? factory.createObjectBindingPattern([]), awaited, factory);
  return space !== null && pattern !== null ? [first, constant(pattern, space, factory)] : [first];
}

function bind(imported: TS.ModuleExportName, local: TS.Identifier, factory: TS.NodeFactory): TS.BindingElement {
  return factory.createBindingElement(undefined, imported.text === local.text ? undefined : imported, local);
}

function constant(name: TS.BindingName, value: TS.Expression, factory: TS.NodeFactory): TS.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
  );
}

/** The value of `import.meta.url`, `.dirname` or `.filename`. */
function metaValue(node: TS.Node, meta: ModuleMeta): string | null {
  if (!ts.isPropertyAccessExpression(node) || !ts.isMetaProperty(node.expression)) return null;
  const name = node.name.text;
  return name === "url" || name === "dirname" || name === "filename" ? meta[name] : null;
}

/** A module lacks what a cell has of CommonJS: `__dirname`, `__filename`, `require`. They are defined where they are used. */
function commonJsNames(file: TS.SourceFile, options: ImportRewriting, factory: TS.NodeFactory): TS.Statement[] {
  const { url, helper } = options;
  if (url === undefined) return [];
  const original = ts.getOriginalNode(file, ts.isSourceFile);
  const used = referencedNames(original);
  const declared = declaredNames(original);
  const isFree = (name: string): boolean => used.has(name) && !declared.has(name);
  const meta = moduleMeta(url);
  const statements = ["__dirname", "__filename"]
    .filter(isFree)
    .map((name) =>
      constant(factory.createIdentifier(name), factory.createStringLiteral(commonJsMeta(name, meta) ?? ""), factory),
    );
  if (helper === undefined || !isFree("require")) return statements;
  const made = factory.createCallExpression(factory.createIdentifier("$tlRequire"), undefined, [
    factory.createStringLiteral(url),
  ]);
  return [
    importHelper("requireFrom", "$tlRequire", helper, factory),
    ...statements,
    constant(factory.createIdentifier("require"), made, factory),
  ];
}
