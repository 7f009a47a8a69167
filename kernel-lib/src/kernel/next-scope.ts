import type { ScopeName, SessionScope } from "../analyze/cell-compiler.js";

/**
 * What the next cell sees. After a failure (`written` is then the names that got a value before it) a name whose
 * declaration was not reached keeps the type that goes with its old value.
 */
export function nextScope(
  before: SessionScope,
  after: SessionScope,
  written: ReadonlySet<string> | null,
): SessionScope {
  if (written === null) return after;
  const names = new Map<string, ScopeName>(before.names);
  for (const [name, declared] of after.names) {
    if (!before.names.has(name) || !declared.hasValue || written.has(name)) names.set(name, declared);
  }
  return { ...after, names };
}
