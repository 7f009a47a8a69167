import type TS from "typescript";
import type { SecretFacts } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import type { FactContext } from "./fact-context.js";
import { literalValue } from "./literals.js";
import type { Places } from "./places.js";
import { isTaglineCall } from "./tagline-calls.js";

/** `secret("NAME")` calls with a literal name. */
export function secretFacts(statements: readonly TS.Statement[], context: FactContext, places: Places): SecretFacts[] {
  const found: SecretFacts[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && isTaglineCall(node, "secret", context)) {
      const first = node.arguments[0];
      const name = first === undefined ? null : literalValue(first);
      if (name !== null && typeof name.value === "string")
        found.push({ name: name.value, range: places.range(node.getStart(), node.end) });
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return found;
}
