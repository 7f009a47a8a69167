import { type ErasedThing, type Erasure, eraseLog } from "../lineage/erase-log.js";
import { findRun } from "../lineage/find-run.js";
import { findProjectRoot } from "../lineage/project.js";
import { openReader } from "../lineage/reader.js";
import { UsageError } from "../pipeline/run/usage-error.js";

export interface EraseFlags {
  readonly author?: string;
  readonly run?: string;
  readonly keepEvents?: boolean;
  readonly dryRun?: boolean;
}

/** Takes what a person did, or a run, out of the log of this project. */
export function eraseFromProject({ author, run, keepEvents = false, dryRun = false }: EraseFlags): Erasure {
  const root = findProjectRoot();
  return eraseLog(root, readThing(root, author, run, keepEvents), { dryRun });
}

function readThing(
  root: string,
  author: string | undefined,
  run: string | undefined,
  keepEvents: boolean,
): ErasedThing {
  if (author !== undefined && run === undefined && author.trim() !== "") return { author, keepEvents };
  if (run !== undefined && author === undefined && !keepEvents) return { run: findRun(openReader(root), run).run };
  throw new UsageError("Cannot tell what to erase: give --author NAME or --run ID, one of them");
}

export function formatErasure({ events, runs, segments, objects }: Erasure, isDryRun: boolean): string {
  if (segments.length === 0) return "Nothing of that kind is in the log.\n";
  if (events === 0) {
    const who = `who wrote ${segments.length} segments`;
    return isDryRun ? `Would erase ${who}.\n` : `Erased ${who}; what was done there stays. The log says that.\n`;
  }
  const size = `${events} events of ${runs.length} runs in ${segments.length} segments, and ${objects.length} stored objects`;
  return isDryRun ? `Would erase ${size}.\n` : `Erased ${size}. The log says that, and its chains are valid.\n`;
}
