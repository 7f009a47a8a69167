import type TS from "typescript";
import type { ScopeName } from "../cell-compiler.js";
import { isReference } from "../names/references.js";
import { ts } from "../typescript.js";

/** The name as `name`, with what it mentions under new names. */
export function rename(found: ScopeName, renamed: ReadonlyMap<string, string>, name: string): ScopeName {
  return {
    ...found,
    name,
    declaration: renameIn(found.declaration, renamed, found.name === name ? null : found.name),
    mentions: found.mentions.map((mention) => renamed.get(mention) ?? mention),
  };
}

/** `ownName`: the declared name, where that one is to change as well. */
function renameIn(declaration: string, renamed: ReadonlyMap<string, string>, ownName: string | null): string {
  const file = ts.createSourceFile("scope.d.ts", declaration, ts.ScriptTarget.ES2022, true);
  const edits: { start: number; end: number; text: string }[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node)) {
      const text = renamed.get(node.text);
      const isOwn = node.text === ownName && declares(node);
      if (text !== undefined && isOwn && ts.isImportSpecifier(node.parent))
        edits.push(importEdit(node.parent, text, file));
      else if (text !== undefined && (isOwn || isReference(node)))
        edits.push({ start: node.getStart(file), end: node.end, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits
    .reverse()
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), declaration);
}

/** True for the name of a top-level declaration or import. */
function declares(id: TS.Identifier): boolean {
  const parent = id.parent;
  if (!("name" in parent) || parent.name !== id) return false;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent)) return true;
  if (ts.isVariableDeclaration(parent)) return ts.isSourceFile(parent.parent.parent.parent);
  return ts.isSourceFile(parent.parent);
}

/** `{ x }` becomes `{ x as y }`, and the other way round. */
function importEdit(
  node: TS.ImportSpecifier,
  name: string,
  file: TS.SourceFile,
): { start: number; end: number; text: string } {
  const imported = node.propertyName ?? node.name;
  return {
    start: imported.getStart(file),
    end: node.end,
    text: imported.text === name ? name : `${imported.getText(file)} as ${name}`,
  };
}
