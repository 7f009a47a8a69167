import fs from "node:fs";
import { dirname, extname } from "node:path";
import type TS from "typescript";
import { placeOf } from "../diagnostics.js";
import { syntaxErrors } from "../parse-cell.js";
import { loadTypeScript, ts } from "../typescript.js";

/** How a file of the project is run: as a module, as CommonJS of TypeScript, as the CommonJS that it is, or as data. */
export type ModuleKind = "module" | "typed-commonjs" | "commonjs" | "json";

/** A file of the project, parsed. */
export interface ModuleFile {
  readonly path: string;
  readonly text: string;
  readonly kind: ModuleKind;
  /** What it imports, exports from or requires by a literal; `import()` is not among them, which loads when it runs. */
  readonly specifiers: readonly string[];
  /** Names that it exports as types alone. */
  readonly types: ReadonlySet<string>;
}

const known = new Map<string, ModuleFile>();

/**
 * Reads a file, through `fs`, where whoever tracks files sees it. Throws a SyntaxError that says where it is wrong.
 *
 * @param path absolute
 */
export function readModuleFile(path: string): ModuleFile {
  const text = fs.readFileSync(path, "utf8");
  const before = known.get(path);
  if (before?.text === text) return before;
  const file = path.endsWith(".json")
    ? { path, text, kind: "json" as const, specifiers: [], types: new Set<string>() }
    : parse(path, text);
  known.set(path, file);
  return file;
}

function parse(path: string, text: string): ModuleFile {
  loadTypeScript();
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const kind = kindOf(path, source);
  // What is no TypeScript is for Node to judge.
  if (kind !== "commonjs") checkSyntax(path, text, source);
  return { path, text, kind, specifiers: specifiersOf(source), types: typesOf(source) };
}

function checkSyntax(path: string, text: string, source: TS.SourceFile): void {
  const [error] = syntaxErrors(source);
  if (error === undefined) return;
  const { line, column } = placeOf(error.start ?? 0, text);
  const message = ts.flattenDiagnosticMessageText(error.messageText, " ");
  throw new SyntaxError(`Cannot import ${path}:${line}:${column}: ${message}`);
}

function kindOf(path: string, source: TS.SourceFile): ModuleKind {
  const extension = extname(path);
  if (extension === ".mjs" || extension === ".mts") return "module";
  if (extension === ".cjs") return "commonjs";
  if (extension === ".cts") return "typed-commonjs";
  const { statements } = source;
  if (extension === ".ts" || extension === ".tsx") return statements.some(isExportEquals) ? "typed-commonjs" : "module";
  return ts.isExternalModule(source) || isModuleScope(path) ? "module" : "commonjs";
}

/** `export = x` */
function isExportEquals(statement: TS.Statement): boolean {
  return ts.isExportAssignment(statement) && statement.isExportEquals === true;
}

/** True where the nearest package.json says `"type": "module"`. */
function isModuleScope(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const json: unknown = JSON.parse(fs.readFileSync(`${folder}/package.json`, "utf8"));
      return typeof json === "object" && json !== null && "type" in json && json.type === "module";
    } catch {
      if (folder === dirname(folder)) return false;
    }
  }
}

function specifiersOf(source: TS.SourceFile): string[] {
  const found = new Set<string>();
  const add = (node: TS.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.add(node.text);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isImportDeclaration(node)) {
      if (node.importClause?.isTypeOnly !== true) add(node.moduleSpecifier);
    } else if (ts.isExportDeclaration(node)) {
      if (!node.isTypeOnly) add(node.moduleSpecifier);
    } else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "require")
      add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

/** Interfaces and type aliases that share their name with no value. Exported or not: a name that is not cannot be imported. */
function typesOf(source: TS.SourceFile): Set<string> {
  const types = new Set<string>();
  const values = new Set<string>();
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) types.add(statement.name.text);
    else if (ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly === true)
      for (const name of boundBy(statement.importClause)) types.add(name);
    else if ("name" in statement && isIdentifier(statement.name)) values.add(statement.name.text);
    else if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) values.add(name.text);
  }
  for (const name of values) types.delete(name);
  return types;
}

function boundBy({ name, namedBindings }: TS.ImportClause): string[] {
  const named =
    namedBindings !== undefined && ts.isNamedImports(namedBindings)
      ? namedBindings.elements.map((element) => element.name.text)
      : [];
  return name === undefined ? named : [name.text, ...named];
}

function isIdentifier(node: unknown): node is TS.Identifier {
  return typeof node === "object" && node !== null && "kind" in node && node.kind === ts.SyntaxKind.Identifier;
}
