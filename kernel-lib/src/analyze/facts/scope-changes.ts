import type { ScopeName } from "../cell-compiler.js";
import type { FactContext } from "./fact-context.js";
import type { FunctionUses } from "./function-uses.js";
import type { Roots } from "./roots.js";

export type ScopeChanges = Pick<ScopeName, "mutatingMethods" | "mutatesParams" | "returns">;

/** What the functions and classes of this cell change and return, for cells that will only see their declarations. */
export function scopeChanges(context: FactContext, functions: FunctionUses, objects: Roots): Map<string, ScopeChanges> {
  const found = new Map<string, ScopeChanges>();
  for (const { name, node } of context.functions) {
    const prefix = `${name}.`;
    const mutatingMethods = [...context.ownMethods.qualified]
      .filter((method) => method.startsWith(prefix))
      .map((method) => method.slice(prefix.length));
    const returns = objects.returns(node);
    found.set(name, {
      mutatesParams: functions.of(name)?.params ?? [],
      ...(mutatingMethods.length === 0 ? {} : { mutatingMethods }),
      ...(returns === null ? {} : { returns }),
    });
  }
  return found;
}
