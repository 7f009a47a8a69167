import type TS from "typescript";
import type { ScopeName, SessionScope } from "../cell-compiler.js";
import { accessOf } from "../facts/access.js";
import { isReference } from "../names/references.js";
import type { SessionNames } from "../names/session-names.js";
import { ts } from "../typescript.js";
import { typeText } from "./type-text.js";

/**
 * `const kind = "a"` of an earlier cell keeps its literal type, because later cells may need it. A cell that assigns to it
 * all the same makes it a variable: of the wider type if what it gets fits, else of any.
 */
export function assignedConstants(
  scope: SessionScope,
  statements: readonly TS.Statement[],
  names: SessionNames,
  checker: TS.TypeChecker,
): ScopeName[] {
  const found = new Map<string, ScopeName>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node) && isReference(node)) {
      const name = names.of(node);
      const known = name === null ? undefined : scope.names.get(name);
      if (known?.declaration.includes(`declare const ${known.name}`) === true && accessOf(node) !== "read")
        found.set(known.name, asVariable(known, node, checker));
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return [...found.values()];
}

function asVariable(known: ScopeName, target: TS.Identifier, checker: TS.TypeChecker): ScopeName {
  const symbol = checker.getSymbolAtLocation(target);
  const declared = symbol === undefined ? undefined : checker.getBaseTypeOfLiteralType(checker.getTypeOfSymbol(symbol));
  const parent = target.parent;
  const value =
    ts.isBinaryExpression(parent) && parent.left === target ? checker.getTypeAtLocation(parent.right) : undefined;
  const fits = declared !== undefined && value !== undefined && checker.isTypeAssignableTo(value, declared);
  return {
    name: known.name,
    declaration: `declare let ${known.name}: ${fits ? typeText(declared, checker) : "any"};`,
    mentions: [],
    hasValue: true,
  };
}
