import type TS from "typescript";
import { ts } from "../typescript.js";

/** 1-based lines that begin inside a template or a string with continued lines: indenting them would change the program. */
export function fixedLines(statements: readonly TS.Node[], file: TS.SourceFile): number[] {
  const lines = new Set<number>();
  const visit = (node: TS.Node): void => {
    if (ts.isTemplateLiteralToken(node) || ts.isStringLiteral(node)) {
      const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
      const last = file.getLineAndCharacterOfPosition(node.end).line;
      for (let line = first + 1; line <= last; line++) lines.add(line + 1);
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return [...lines].sort((a, b) => a - b);
}
