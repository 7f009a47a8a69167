import type TS from "typescript";
import type { ScopeName } from "../cell-compiler.js";
import { ts } from "../typescript.js";

/** What a later cell sees of an import binding: the import itself, so that types, values and namespaces of that name all carry over. */
export function importScopeName(node: TS.Node, hasValue: boolean): ScopeName | null {
  const text = importText(node, hasValue ? "" : "type ");
  if (text === null) return null;
  return { name: text.name, declaration: text.declaration, mentions: text.mentions, hasValue };
}

interface ImportText {
  readonly name: string;
  readonly declaration: string;
  readonly mentions: readonly string[];
}

function importText(node: TS.Node, type: string): ImportText | null {
  if (ts.isImportEqualsDeclaration(node)) {
    const text = node.getText().replace(/^export\s+/, "");
    const root = ts.isExternalModuleReference(node.moduleReference) ? [] : [firstName(node.moduleReference)];
    return { name: node.name.text, declaration: text.endsWith(";") ? text : `${text};`, mentions: root };
  }
  const specifier = importSpecifier(node);
  if (specifier === null) return null;
  const from = ` from ${JSON.stringify(specifier)};`;
  if (ts.isImportClause(node) && node.name !== undefined)
    return { name: node.name.text, declaration: `import ${type}${node.name.text}${from}`, mentions: [] };
  if (ts.isNamespaceImport(node))
    return { name: node.name.text, declaration: `import ${type}* as ${node.name.text}${from}`, mentions: [] };
  if (!ts.isImportSpecifier(node)) return null;
  const names =
    node.propertyName === undefined ? node.name.text : `${node.propertyName.getText()} as ${node.name.text}`;
  return { name: node.name.text, declaration: `import ${type}{ ${names} }${from}`, mentions: [] };
}

/** The module's specifier, for any node of an import declaration. */
export function importSpecifier(node: TS.Node): string | null {
  for (let at: TS.Node | undefined = node; at !== undefined; at = at.parent) {
    if (ts.isImportDeclaration(at)) return ts.isStringLiteral(at.moduleSpecifier) ? at.moduleSpecifier.text : null;
  }
  return null;
}

function firstName(name: TS.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstName(name.left);
}
