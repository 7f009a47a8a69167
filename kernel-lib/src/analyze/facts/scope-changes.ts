import type { ScopeName } from "../cell-compiler.js";
import type { FactContext } from "./fact-context.js";
import type { FunctionUses } from "./function-uses.js";

export type ScopeChanges = Pick<ScopeName, "mutatingMethods" | "mutatesParams">;

/** What the functions and classes of this cell change, for cells that will only see their declarations. */
export function scopeChanges(context: FactContext, functions: FunctionUses): Map<string, ScopeChanges> {
  const found = new Map<string, ScopeChanges>();
  for (const { name } of context.functions) {
    const prefix = `${name}.`;
    const mutatingMethods = [...context.ownMethods.qualified]
      .filter((method) => method.startsWith(prefix))
      .map((method) => method.slice(prefix.length));
    const mutatesParams = functions.of(name)?.params ?? [];
    found.set(name, mutatingMethods.length === 0 ? { mutatesParams } : { mutatesParams, mutatingMethods });
  }
  return found;
}
