import { withRole } from "../../notebook/tags.js";
import { type RoleCell, replaceTags } from "./classify-cells.js";
import type { Definition } from "./definitions.js";
import { diagnose } from "./diagnostics.js";
import type { Diagnostic, Fix } from "./plan.js";

/**
 * A step needs a value that only an untagged or a `skip` cell makes: one diagnostic on each of the two cells, with
 * the tag that mends it.
 */
export function hiddenValue(
  user: RoleCell,
  line: number,
  definition: Definition,
  consumers: ReadonlySet<string>,
): Diagnostic[] {
  const { name, cell: maker } = definition;
  const skipped = maker.role.kind === "skip";
  const code = skipped ? "TL011" : "TL010";
  const fix = chooseFix(user, definition, consumers);
  const state = skipped ? 'is tagged "skip"' : "has no tag";
  const here = `Step "${user.role.step}" needs "${name}", which cell ${maker.number} makes, and that cell ${state}.`;
  const there = `This cell makes "${name}", which step "${user.role.step}" needs (cell ${user.number}), but it ${state}, so it is not in the pipeline.`;
  return [
    diagnose(code, { cellId: user.id, line }, `${here} ${fix.title}.`, fix),
    diagnose(code, { cellId: maker.id, line: definition.statement.range.line }, `${there} ${fix.title}.`, fix),
  ];
}

/** A constant that several steps use is setup; anything else belongs to the first step that needs it. */
function chooseFix(user: RoleCell, definition: Definition, consumers: ReadonlySet<string>): Fix {
  const { cell: maker, declaration, statement } = definition;
  const constant = declaration?.shape === "primitive" && statement.reads.length === 0;
  const role =
    constant && (consumers.size > 1 || user.role.step === null)
      ? { kind: "setup" as const }
      : { kind: "step" as const, step: user.role.step };
  const label = role.kind === "setup" ? "setup" : `step:${role.step}`;
  return replaceTags(maker.cell, withRole(maker.cell.tags, role), `Tag cell ${maker.number} as ${label}`);
}
