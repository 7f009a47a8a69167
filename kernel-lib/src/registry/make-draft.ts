import { isBuiltin } from "node:module";
import { type Classes, openStore, saveBundle } from "../artifacts/index.js";
import type { JsonSchema } from "../notebook/cell-facts.js";
import { untracked } from "../track/cell-context.js";
import { installedVersion } from "./installed-version.js";
import type { ModelCall } from "./model-host.js";
import type { VersionDraft } from "./version-draft.js";

/** What a version is made from, where the call is. */
export interface DraftParts {
  readonly root: string;
  /** The notebook's folder, absolute. */
  readonly folder: string;
  readonly run: string;
  readonly notebook: string | null;
  /** JavaScript of the model's module. */
  readonly entry: string;
  /** Specifiers that it imports. */
  readonly imports: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly classes: Classes;
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
}

/** Stores the captured values, and gathers the rest. Throws if a value cannot be stored or the code cannot travel. */
export async function makeDraft(call: ModelCall, parts: DraftParts): Promise<VersionDraft> {
  const { root, folder, run, notebook, entry, values, classes, input, output, imports } = parts;
  const file = imports.find((specifier) => /^(?:\.{0,2}\/|file:)/.test(specifier));
  if (file !== undefined) {
    throw new Error(
      `predict uses "${file}", a file that would not travel with it. Put that code into the notebook, or into a package`,
    );
  }
  const sorted = Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
  const missing = Object.keys(sorted).find((name) => sorted[name] === undefined);
  if (missing !== undefined) throw new Error(`predict uses ${missing}, which has no value yet`);
  const captures = await untracked(() => saveBundle(openStore(root), sorted, { classes }));
  const own = captures.find(({ type }) => type.startsWith("codec:"));
  if (own !== undefined) {
    throw new Error(
      `predict uses ${own.name}, whose ${own.type.replace(":", " ")} would not travel with it. Make it from plain data inside of predict`,
    );
  }
  const packages = imports
    .filter((specifier) => !isBuiltin(specifier))
    .map(packageOf)
    .filter((name) => name !== "tagline");
  return {
    ...call,
    entry: withoutMap(entry),
    captures,
    packages: Object.fromEntries([...new Set(packages)].sort().map((name) => [name, installedVersion(name, folder)])),
    input,
    output,
    run,
    notebook,
  };
}

/** `@scope/name/sub` is of the package `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** A source map belongs to the file that it was made beside. */
function withoutMap(code: string): string {
  return `${code.replace(/^\/\/# sourceMappingURL=.*$/m, "").trimEnd()}\n`;
}
