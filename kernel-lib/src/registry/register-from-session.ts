import { transpileStep } from "../analyze/transpile-step.js";
import type { Classes } from "../artifacts/index.js";
import type { ModelFacts } from "../notebook/cell-facts.js";
import { readRole } from "../notebook/tags.js";
import { emitModel, type ModelModule, type RoleCell } from "../pipeline/compile/index.js";
import type { SessionCell, SessionPort } from "../track/session-port.js";
import { makeDraft } from "./make-draft.js";
import type { ModelCall } from "./model-host.js";
import { registerVersion } from "./register-version.js";
import type { RegisteredModel } from "./registered-model.js";
import { SessionNames } from "./session-names.js";
import { UNSEEN } from "./unseen.js";

/** Registers the model of a call in a kernel's cell: its code is that of the cells that ran, its values those of now. */
export async function registerFromSession(
  session: SessionPort,
  call: ModelCall,
  sourceHash: string,
): Promise<Omit<RegisteredModel, "name">> {
  const ran = await session.cells();
  const cells = roleCells(ran);
  const cell = cells.findLast(({ facts }) => facts.sourceHash === sourceHash);
  const facts = cell?.facts.models?.find((model) => model.name === call.model);
  if (cell === undefined || facts === undefined) throw new Error(UNSEEN);
  const module = emitModel(facts, cell, new SessionNames(cells, ran.map(idOf)));
  const draft = await makeDraft(call, {
    root: session.root,
    folder: session.folder,
    run: session.run,
    notebook: session.notebook,
    entry: transpileStep(module.text, { fileName: "model.ts", removeComments: true }).code,
    imports: [...module.packages, ...module.files],
    values: valuesOf(module, session),
    classes: classesOf(module, session),
    ...schemasOf(facts),
  });
  const { event } = await registerVersion(session.root, draft);
  await session.record(event);
  return { version: event.version, number: event.number, isNew: event.isNew };
}

function schemasOf({ input, output }: ModelFacts): Pick<ModelFacts, "input" | "output"> {
  return { input, output };
}

function valuesOf({ captures }: ModelModule, session: SessionPort): Record<string, unknown> {
  return Object.fromEntries(captures.map((name) => [name, session.valueOf(name)]));
}

function classesOf({ classes }: ModelModule, session: SessionPort): Classes {
  const found = classes.flatMap((name): [string, Classes[string]][] => {
    const value = session.valueOf(name);
    // The facts say that it is a class; its arguments are nobody's business here.
    return typeof value === "function" ? [[name, value as Classes[string]]] : [];
  });
  return Object.fromEntries(found);
}

/** The cells as if they stood in a notebook in the order in which they first ran, each as it ran last. */
function roleCells(cells: readonly SessionCell[]): RoleCell[] {
  const places = new Map<string, SessionCell>();
  for (const cell of cells) places.set(idOf(cell), cell);
  return [...places].map(([id, { source, tags, facts }], order) => ({
    id,
    order,
    number: order + 1,
    cell: { id, index: order, kind: "code", source, tags, options: {}, executionCount: null },
    role: readRole(tags),
    facts,
  }));
}

/** A front end that tells no ids: then the text is the cell. */
function idOf({ id, facts }: SessionCell): string {
  return id ?? facts.sourceHash;
}
