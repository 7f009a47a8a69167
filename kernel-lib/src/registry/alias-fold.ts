import type { AliasMoved, EventEnvelope } from "../lineage/events.js";
import { compareEvents } from "../lineage/read-log.js";

/** Where an alias stands, and how it came there. */
export interface AliasState {
  readonly alias: string;
  /** The version's id; null after the alias was removed. */
  readonly version: string | null;
  /** Where a rollback would take it; null if there is nothing before. */
  readonly before: string | null;
  readonly moved: MoveEnvelope;
}

export type MoveEnvelope = EventEnvelope & { readonly event: AliasMoved };

/** Folds the moves of aliases out of the log, from writers in any order: the last one by the hybrid clock holds. */
export class AliasFold {
  readonly #moves = new Map<string, Map<string, MoveEnvelope[]>>();

  add(events: readonly EventEnvelope[]): void {
    for (const envelope of events) {
      if (!isMove(envelope)) continue;
      const { model, alias } = envelope.event;
      const aliases = this.#moves.get(model) ?? new Map<string, MoveEnvelope[]>();
      this.#moves.set(model, aliases);
      aliases.set(alias, [...(aliases.get(alias) ?? []), envelope]);
    }
  }

  /** All moves of an alias, in order. */
  moves(model: string, alias: string): readonly MoveEnvelope[] {
    return [...(this.#moves.get(model)?.get(alias) ?? [])].sort(compareEvents);
  }

  /** The aliases of a model, by name. */
  states(model: string): readonly AliasState[] {
    const aliases = [...(this.#moves.get(model)?.keys() ?? [])].sort();
    return aliases.flatMap((alias) => stateOf(alias, this.moves(model, alias)) ?? []);
  }
}

function stateOf(alias: string, moves: readonly MoveEnvelope[]): AliasState | null {
  const moved = moves.at(-1);
  if (moved === undefined) return null;
  // A rollback takes the last place off, so that the next one goes further back, and never to what was left behind.
  const places: string[] = [];
  for (const { event } of moves) {
    if (event.isRollback) {
      places.pop();
      while (places.length > 0 && places.at(-1) !== event.version) places.pop();
    }
    if (event.version !== null && places.at(-1) !== event.version) places.push(event.version);
  }
  const { version } = moved.event;
  return { alias, version, before: (version === null ? places.at(-1) : places.at(-2)) ?? null, moved };
}

function isMove(envelope: EventEnvelope): envelope is MoveEnvelope {
  return envelope.v === 1 && envelope.event.kind === "alias.moved";
}
