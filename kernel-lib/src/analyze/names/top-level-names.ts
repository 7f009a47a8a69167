import type TS from "typescript";
import { ts } from "../typescript.js";

export type DeclarationKind = "import" | "const" | "let" | "var" | "function" | "class" | "enum" | "namespace" | "type";

export interface TopLevelName {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** The variable declaration, binding element, import specifier… that declares it. */
  readonly node: TS.Node;
  /** Index of its statement. */
  readonly statement: number;
  /** `declare …`: a promise to the checker; no code makes it. */
  readonly ambient: boolean;
}

/** Names that the statements make visible to other cells, in order; a name may come more than once (overloads, `var` twice). */
export function topLevelNames(statements: readonly TS.Statement[]): TopLevelName[] {
  return statements.flatMap((statement, index) => namesOf(statement).map((found) => ({ ...found, statement: index })));
}

type Found = Omit<TopLevelName, "statement">;

function namesOf(statement: TS.Statement): Found[] {
  const ambient = ts.canHaveModifiers(statement) && hasModifier(statement, ts.SyntaxKind.DeclareKeyword);
  if (ts.isImportDeclaration(statement)) return importNames(statement.importClause);
  if (ts.isImportEqualsDeclaration(statement))
    return [{ name: statement.name.text, kind: "import", node: statement, ambient: false }];
  if (ts.isVariableStatement(statement)) return listNames(statement.declarationList, ambient);
  if (ts.isFunctionDeclaration(statement)) return own(statement, "function", ambient);
  if (ts.isClassDeclaration(statement)) return own(statement, "class", ambient);
  if (ts.isEnumDeclaration(statement)) return own(statement, "enum", ambient);
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return own(statement, "type", ambient);
  if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
    return [{ name: statement.name.text, kind: "namespace", node: statement, ambient }];
  }
  return hoistedNames(statement);
}

export function hasModifier(node: TS.HasModifiers, kind: TS.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

function own(node: TS.DeclarationStatement, kind: DeclarationKind, ambient: boolean): Found[] {
  return node.name !== undefined && ts.isIdentifier(node.name) ? [{ name: node.name.text, kind, node, ambient }] : [];
}

function importNames(clause: TS.ImportClause | undefined): Found[] {
  if (clause === undefined) return [];
  const found: Found[] = [];
  if (clause.name !== undefined) found.push({ name: clause.name.text, kind: "import", node: clause, ambient: false });
  const bindings = clause.namedBindings;
  if (bindings === undefined) return found;
  const nodes = ts.isNamespaceImport(bindings) ? [bindings] : bindings.elements;
  return [...found, ...nodes.map((node): Found => ({ name: node.name.text, kind: "import", node, ambient: false }))];
}

function listNames(list: TS.VariableDeclarationList, ambient: boolean): Found[] {
  const kind = listKind(list);
  return list.declarations.flatMap((declaration) =>
    bindingNames(declaration).map((node): Found => ({ name: node.name.text, kind, node, ambient })),
  );
}

/** `using` binds as `const` does. */
function listKind(list: TS.VariableDeclarationList): "const" | "let" | "var" {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  if (flags === ts.NodeFlags.Let) return "let";
  return flags === 0 ? "var" : "const";
}

/** A declaration or binding element whose name is a plain identifier. */
export type NamedBinding = (TS.VariableDeclaration | TS.BindingElement | TS.ParameterDeclaration) & {
  readonly name: TS.Identifier;
};

/** The identifiers that a declaration binds, through destructuring. */
export function bindingNames(
  declaration: TS.VariableDeclaration | TS.BindingElement | TS.ParameterDeclaration,
): NamedBinding[] {
  const name = declaration.name;
  // Narrowing `name` does not narrow the declaration itself.
  if (ts.isIdentifier(name)) return [declaration as NamedBinding];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindingNames(element) : []));
}

/** `var`s in blocks and loops belong to the top level, however deep, but not those of functions and classes. */
function hoistedNames(root: TS.Statement): Found[] {
  const found: Found[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && listKind(node) === "var") found.push(...listNames(node, false));
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
