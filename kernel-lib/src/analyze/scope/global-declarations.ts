import { createHash } from "node:crypto";
import type TS from "typescript";
import type { ScopeName } from "../cell-compiler.js";
import { referencedNames } from "../names/references.js";
import { ts } from "../typescript.js";

/** No name in a cell can begin so. */
const PREFIX = "declare ";

/**
 * What `declare global { … }` and `declare module "x" { … }` of these statements tell to every later cell. Entries of a scope under
 * names that no cell can write.
 */
export function globalDeclarations(statements: readonly TS.Statement[]): ScopeName[] {
  return statements.filter(isAugmentation).map((statement) => {
    const text = statement.getText();
    const id = createHash("sha256").update(text).digest("hex").slice(0, 16);
    return {
      name: `${PREFIX}${id}`,
      declaration: text,
      mentions: [...referencedNames(statement)],
      hasValue: false,
    };
  });
}

/** True for an entry that `globalDeclarations` made. */
export function isGlobalDeclaration({ name }: ScopeName): boolean {
  return name.startsWith(PREFIX);
}

function isAugmentation(statement: TS.Statement): boolean {
  return (
    ts.isModuleDeclaration(statement) &&
    (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0)
  );
}
