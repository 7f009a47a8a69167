import type { RoleCell } from "./classify-cells.js";
import type { Definition, Definitions } from "./definitions.js";
import { diagnose } from "./diagnostics.js";
import type { Diagnostic } from "./plan.js";

/**
 * TL035: a step changes a class or a function in place (a static field, a property), and another step uses it too. Code travels as it was
 * declared, so that the change stays behind.
 */
export function codeStateDiagnostics(
  cells: readonly RoleCell[],
  definitions: Definitions,
  reached: ReadonlyMap<string, ReadonlySet<Definition>>,
): Diagnostic[] {
  const told = new Set<string>();
  return cells.flatMap((cell) => {
    const { step } = cell.role;
    if (step === null) return [];
    return cell.facts.mutates.flatMap(({ name, line }) => {
      const definition = definitions.meant(name, cell);
      if (definition?.kind !== "code" || told.has(`${step}\n${name}`)) return [];
      const other = [...reached].find(([user, code]) => user !== step && code.has(definition))?.[0];
      if (other === undefined) return [];
      told.add(`${step}\n${name}`);
      const what = definition.declaration?.kind === "class" ? "class" : "function";
      const message = `Step "${step}" changes the ${what} "${name}" in place, and step "${other}" gets it as cell ${definition.cell.number} declares it: code goes from step to step as source, without what changed. Keep what changes in a top-level value of its own, or make the change in a setup cell.`;
      return [diagnose("TL035", { cellId: cell.id, line }, message)];
    });
  });
}
