import type { FastifyInstance } from "fastify";
import type { RequestServed } from "../../../kernel-lib/src/lineage/events.js";
import { registerVersion, type VersionDraft } from "../../../kernel-lib/src/registry/index.js";
import { build, type ServeDeps } from "../../../kernel-lib/src/serve/build.js";
import { createGuard, sha256 } from "../../../kernel-lib/src/serve/guard.js";
import { inlinePredictor } from "../../../kernel-lib/src/serve/inline-predictor.js";
import { loadModel } from "../../../kernel-lib/src/serve/load-model.js";
import { pickVersion } from "../../../kernel-lib/src/serve/pick-version.js";
import { draftOf, temporaryProject } from "../registry/support.js";

export { draftOf, temporaryProject };

export interface Serving {
  readonly app: FastifyInstance;
  readonly served: readonly RequestServed[];
  readonly errors: readonly unknown[];
  readonly root: string;
}

/** A registered version behind an app; its model runs in this thread. */
export async function serving(
  draft: Partial<VersionDraft> = {},
  options: { readonly token?: string; readonly deps?: Partial<ServeDeps> } = {},
): Promise<Serving> {
  const root = temporaryProject();
  await registerVersion(root, await draftOf(root, undefined, draft));
  const picked = pickVersion(root, draft.model ?? "penguins");
  const served: RequestServed[] = [];
  const errors: unknown[] = [];
  const app = build({
    picked,
    predictor: inlinePredictor(await loadModel(root, picked.version), picked.version.output),
    guard: createGuard(options.token === undefined ? null : sha256(options.token)),
    needsToken: options.token !== undefined,
    onServed: (event) => served.push(event),
    onError: (error) => errors.push(error),
    ...options.deps,
  });
  return { app, served, errors, root };
}

/** Code of an entry whose predict is the given function's text. */
export function entryOf(predict: string): string {
  return `export default function create({ threshold, names }) {\n  return { predict: ${predict} };\n}\nexport const classes = {};\n`;
}
