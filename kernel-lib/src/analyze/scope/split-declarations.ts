import type TS from "typescript";
import type { ScopeName } from "../cell-compiler.js";
import { referencedNames } from "../names/references.js";
import { hasModifier } from "../names/top-level-names.js";
import { ts } from "../typescript.js";

/** Cuts a declaration file into one text for each of the wanted names; overloads and merged declarations stay together. */
export function splitDeclarations(text: string, wanted: ReadonlySet<string>): Map<string, ScopeName> {
  const file = ts.createSourceFile("cell.d.ts", text, ts.ScriptTarget.ES2022, true);
  const pieces = new Map<string, { texts: string[]; mentions: Set<string>; hasValue: boolean }>();
  for (const statement of file.statements) {
    for (const { name, text: piece, node, hasValue } of piecesOf(statement, file)) {
      if (!wanted.has(name)) continue;
      const known = pieces.get(name) ?? { texts: [], mentions: new Set<string>(), hasValue: false };
      known.texts.push(piece);
      for (const mention of referencedNames(node)) if (mention !== name) known.mentions.add(mention);
      pieces.set(name, { ...known, hasValue: known.hasValue || hasValue });
    }
  }
  return new Map(
    [...pieces].map(([name, piece]) => [
      name,
      { name, declaration: piece.texts.join("\n"), mentions: [...piece.mentions], hasValue: piece.hasValue },
    ]),
  );
}

interface Piece {
  readonly name: string;
  readonly text: string;
  readonly node: TS.Node;
  readonly hasValue: boolean;
}

function piecesOf(statement: TS.Statement, file: TS.SourceFile): Piece[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((node) =>
      ts.isIdentifier(node.name) ? [variablePiece(node, statement, file)] : [],
    );
  }
  const declaration = statement as TS.Statement & { readonly name?: TS.Node };
  if (declaration.name === undefined || !ts.isIdentifier(declaration.name)) return [];
  const hasValue = !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement);
  return [{ name: declaration.name.text, text: asDeclare(statement, file), node: statement, hasValue }];
}

/** `declare const x: T` becomes `let`, since notebooks re-run; a literal type would be lost by that, so such a constant stays one. */
function variablePiece(node: TS.VariableDeclaration, statement: TS.VariableStatement, file: TS.SourceFile): Piece {
  const isConst = (statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Let && isLiteral(node);
  const documentation = statement
    .getFullText(file)
    .slice(0, statement.getStart(file) - statement.getFullStart())
    .trim();
  const text = `declare ${isConst ? "const" : "let"} ${node.getText(file)};`;
  const name = (node.name as TS.Identifier).text;
  return { name, text: documentation.startsWith("/**") ? `${documentation}\n${text}` : text, node, hasValue: true };
}

function isLiteral(node: TS.VariableDeclaration): boolean {
  const type = node.type;
  if (type === undefined) return node.initializer !== undefined;
  return ts.isLiteralTypeNode(type) || (ts.isTypeOperatorNode(type) && type.operator === ts.SyntaxKind.UniqueKeyword);
}

/** The statement with `declare` and without `export`. A `const enum` is a common one to later cells: they read it, which its values put in its place would hide. */
function asDeclare(statement: TS.Statement, file: TS.SourceFile): string {
  const documentation = file.text.slice(statement.getStart(file, true), statement.getStart(file));
  const text = statement
    .getText(file)
    .replace(/^(?:export\s+)?(?:default\s+)?/, "")
    .replace(/^(declare\s+)?const\s+enum\b/, "$1enum");
  const bare =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    (ts.canHaveModifiers(statement) && hasModifier(statement, ts.SyntaxKind.DeclareKeyword));
  return documentation + (bare ? text : `declare ${text}`);
}
