import { closestNames } from "../lineage/closest.js";
import { FoldedLog } from "../lineage/folded-log.js";
import type { LogReader } from "../lineage/reader.js";
import { AliasFold, type AliasState } from "./alias-fold.js";
import { readVersions } from "./model-files.js";
import type { ModelManifest } from "./model-version.js";

/** A version with the aliases that point to it now. */
export interface ModelVersion extends ModelManifest {
  readonly aliases: readonly string[];
}

/** Somebody named a model, version or alias that is not there. The message lists what is meant or there. */
export class UnknownModelError extends Error {
  override readonly name = "UnknownModelError";
}

/** A project's models, as files and log tell them. Each answer is from what is there now. */
export interface Registry {
  readonly root: string;
  /** By model, then number. */
  versions(model?: string): readonly ModelVersion[];
  /**
   * The version that a selector means: an alias, a number, the first digits (four at least) of an id, `newest`;
   * undefined means the newest. Throws an UnknownModelError.
   */
  find(model: string, selector?: string): ModelVersion;
  aliases(model: string): readonly AliasState[];
  /** A sentence for each version that cannot be read. */
  problems(): readonly string[];
}

/** Opens the project's registry for reading; it need not exist yet. */
export function openRegistry(from: string | LogReader): Registry {
  const root = typeof from === "string" ? from : from.root;
  const log = new FoldedLog(from, ["alias.moved"], () => new AliasFold());
  const aliases = (model: string): readonly AliasState[] => log.current().states(model);
  const versions = (model?: string): readonly ModelVersion[] => {
    const found = readVersions(root, model).versions;
    const states = new Map([...new Set(found.map((version) => version.model))].map((name) => [name, aliases(name)]));
    return found.map((version) => ({
      ...version,
      aliases: (states.get(version.model) ?? [])
        .filter((state) => state.version === version.id)
        .map(({ alias }) => alias),
    }));
  };
  return {
    root,
    versions,
    aliases,
    problems: () => readVersions(root).problems,
    find(model, selector) {
      const own = versions(model);
      const newest = own.at(-1);
      if (newest === undefined) throw unknownModel(model, readVersions(root).versions);
      if (selector === undefined || selector === "newest" || selector === "latest") return newest;
      return (
        own.find((version) => version.aliases.includes(selector)) ?? byNumberOrId(own, model, selector, aliases(model))
      );
    },
  };
}

/** All versions of the project, or of one model, by model and number. */
export function listVersions(root: string, model?: string): readonly ModelVersion[] {
  return openRegistry(root).versions(model);
}

/** See `Registry.find`. */
export function findVersion(root: string, model: string, selector?: string): ModelVersion {
  return openRegistry(root).find(model, selector);
}

/** The first digits of an id, as people see it. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

function byNumberOrId(
  own: readonly ModelVersion[],
  model: string,
  selector: string,
  aliases: readonly AliasState[],
): ModelVersion {
  const numbered = own.find(({ number }) => String(number) === selector);
  if (numbered !== undefined) return numbered;
  const byId = /^[0-9a-f]{4,64}$/.test(selector) ? own.filter(({ id }) => id.startsWith(selector)) : [];
  if (byId.length > 1) {
    const candidates = byId.map(({ id, number }) => `${number} (${id.slice(0, selector.length + 4)})`).join(", ");
    throw new UnknownModelError(
      `Cannot tell which version ${model}@${selector} means: ${candidates}. Give more digits.`,
    );
  }
  if (byId[0] !== undefined) return byId[0];
  const known = aliases.filter(({ version }) => version !== null).map(({ alias }) => alias);
  const near = closestNames(selector, known)[0];
  const numbers =
    own.length === 1 ? `version ${own[0]?.number}` : `versions ${own[0]?.number} to ${own.at(-1)?.number}`;
  const has = [numbers, ...(known.length > 0 ? [`the alias${known.length > 1 ? "es" : ""} ${known.join(", ")}`] : [])];
  throw new UnknownModelError(
    `Cannot find ${model}@${selector}: ${near === undefined ? `${model} has ${has.join(" and ")}` : `did you mean ${model}@${near}?`}${near === undefined ? "." : ""}`,
  );
}

function unknownModel(model: string, all: readonly ModelManifest[]): UnknownModelError {
  const names = [...new Set(all.map((version) => version.model))];
  const near = closestNames(model, names)[0];
  if (near !== undefined) return new UnknownModelError(`Cannot find model ${model}: did you mean ${near}?`);
  return new UnknownModelError(
    names.length > 0
      ? `Cannot find model ${model}: the project has ${names.join(", ")}.`
      : `Cannot find model ${model}: the project has no models yet. A notebook makes one with model("${model}", { predict }).`,
  );
}
