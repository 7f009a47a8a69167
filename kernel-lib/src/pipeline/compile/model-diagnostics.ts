import type { RoleCell } from "./classify-cells.js";
import type { Definitions } from "./definitions.js";
import { diagnose } from "./diagnostics.js";
import type { ModelSite } from "./model-sites.js";
import type { Diagnostic } from "./plan.js";

/** What would make `model()` fail, told before anything runs. */
export function modelDiagnostics(
  cells: readonly RoleCell[],
  sites: readonly ModelSite[],
  definitions: Definitions,
): Diagnostic[] {
  const unread = cells
    .filter(({ role }) => role.step !== null)
    .flatMap(({ id, facts }) =>
      (facts.unreadModels ?? []).map((line) => diagnose("TL032", { cellId: id, line }, UNREAD)),
    );
  return [...unread, ...sites.flatMap((site) => siteDiagnostics(site, definitions))];
}

const UNREAD =
  'This model() call cannot be read, so its step would fail. Write a literal name, and predict in the object, using top-level names alone: model("penguins", { predict }).';

function siteDiagnostics({ cell, facts, module }: ModelSite, definitions: Definitions): Diagnostic[] {
  const place = { cellId: cell.id, line: facts.line };
  const files = module.files.map((file) => {
    const message = `The predict of model "${facts.name}" uses "${file}", a file that would not travel with it. Put that code into the notebook, or into a package.`;
    return diagnose("TL032", place, message);
  });
  const values = module.captures.flatMap((name) => {
    const shape = definitions.meant(name, cell)?.declaration?.shape;
    if (shape !== "callable" && shape !== "unstorable") return [];
    const why =
      shape === "callable"
        ? "a function that a call returned, whose code cannot be read. Declare it as a function of its own"
        : "a value that cannot be stored. Make it inside predict";
    return [diagnose("TL032", place, `The predict of model "${facts.name}" uses "${name}", ${why}.`)];
  });
  return [...files, ...values];
}
