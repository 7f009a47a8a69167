import type { AliasMoved } from "../lineage/events.js";
import type { LineageLog } from "../lineage/open-log.js";
import type { AliasState } from "./alias-fold.js";
import { checkAlias } from "./model-name.js";
import { type ModelVersion, openRegistry, UnknownModelError } from "./registry.js";

export interface MoveOptions {
  /** Default: `production`. */
  readonly alias?: string;
  readonly reason?: string | null;
  readonly now?: () => Date;
}

/** What became of an alias. */
export interface AliasMove {
  readonly alias: string;
  readonly version: ModelVersion;
  /** Where it stood; null if it is new, or if that version is gone. */
  readonly previous: ModelVersion | null;
  /** False if it stood there already: nothing was logged then. */
  readonly isMoved: boolean;
}

/** Points an alias to the version that a selector means (default: the newest). The move is on disk when this resolves. */
export async function moveAlias(
  log: LineageLog,
  model: string,
  selector: string | undefined,
  options: MoveOptions = {},
): Promise<AliasMove> {
  const alias = checkAlias(options.alias ?? "production");
  const registry = openRegistry(log.root);
  const version = registry.find(model, selector);
  const state = registry.aliases(model).find((one) => one.alias === alias);
  return move(log, version, registry.versions(model), { alias, state, isRollback: false, ...options });
}

/** Takes an alias back to where it stood before; a second time, further back. */
export async function rollback(log: LineageLog, model: string, options: MoveOptions = {}): Promise<AliasMove> {
  const alias = options.alias ?? "production";
  const registry = openRegistry(log.root);
  registry.find(model);
  const states = registry.aliases(model);
  const state = states.find((one) => one.alias === alias);
  if (state === undefined) {
    const known = states.map((one) => one.alias);
    throw new UnknownModelError(
      `Cannot roll back ${model}@${alias}: ${known.length === 0 ? `${model} has no aliases` : `${model} has the alias${known.length > 1 ? "es" : ""} ${known.join(", ")}`}. Set one: tagline models promote ${model}@NUMBER --alias ${alias}`,
    );
  }
  if (state.before === null) {
    throw new UnknownModelError(`Cannot roll back ${model}@${alias}: it never pointed to another version before.`);
  }
  const versions = registry.versions(model);
  const version = versions.find(({ id }) => id === state.before);
  if (version === undefined) {
    throw new UnknownModelError(
      `Cannot roll back ${model}@${alias}: the version before, ${state.before.slice(0, 8)}, is not in this project's registry.`,
    );
  }
  return move(log, version, versions, { ...options, alias, state, isRollback: true });
}

async function move(
  log: LineageLog,
  version: ModelVersion,
  versions: readonly ModelVersion[],
  options: MoveOptions & {
    readonly alias: string;
    readonly state: AliasState | undefined;
    readonly isRollback: boolean;
  },
): Promise<AliasMove> {
  const { alias, state, isRollback, reason = null, now = () => new Date() } = options;
  const previous = versions.find(({ id }) => id === state?.version) ?? null;
  const isMoved = state?.version !== version.id;
  if (isMoved) {
    // The last move may come from a machine whose clock is ahead: this one is after it all the same.
    if (state !== undefined) log.observe(state.moved.hlc);
    const event: AliasMoved = {
      kind: "alias.moved",
      model: version.model,
      alias,
      version: version.id,
      previous: state?.version ?? null,
      at: now().toISOString(),
      reason,
      ...(isRollback ? { isRollback } : {}),
    };
    log.append(event);
    await log.commit();
  }
  const after = openRegistry(log.root).find(version.model, version.id);
  return { alias, version: after, previous, isMoved };
}
