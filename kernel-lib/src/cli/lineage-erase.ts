import { type ErasedThing, type Erasure, eraseLog } from "../lineage/erase-log.js";
import { findRun } from "../lineage/find-run.js";
import { findProjectRoot } from "../lineage/project.js";
import { openReader } from "../lineage/reader.js";
import { UsageError } from "../pipeline/run/usage-error.js";

export interface EraseFlags {
  readonly author?: string;
  readonly run?: string;
  readonly dryRun?: boolean;
}

/** Takes what a person did, or a run, out of the log of this project. */
export function eraseFromProject({ author, run, dryRun = false }: EraseFlags): Erasure {
  const root = findProjectRoot();
  return eraseLog(root, readThing(root, author, run), { dryRun });
}

function readThing(root: string, author: string | undefined, run: string | undefined): ErasedThing {
  if (author !== undefined && run === undefined && author.trim() !== "") return { author };
  if (run !== undefined && author === undefined) return { run: findRun(openReader(root), run).run };
  throw new UsageError("Cannot tell what to erase: give --author NAME or --run ID, one of them");
}

export function formatErasure({ events, runs, segments, objects }: Erasure, isDryRun: boolean): string {
  if (events === 0) return "Nothing of that kind is in the log.\n";
  const size = `${events} events of ${runs.length} runs in ${segments.length} segments, and ${objects.length} stored objects`;
  return isDryRun ? `Would erase ${size}.\n` : `Erased ${size}. The log says that, and its chains are valid.\n`;
}
