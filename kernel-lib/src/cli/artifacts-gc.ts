import { resolve } from "node:path";
import { collectGarbage, type Garbage } from "../artifacts/collect-garbage.js";
import type { StoreUser } from "../artifacts/neighbours.js";
import { openNeighbours } from "../artifacts/open-neighbours.js";
import { projectId } from "../artifacts/project-mark.js";
import { openLocalStore, openStore } from "../artifacts/store.js";
import { ageMs } from "../lineage/age-ms.js";
import { findProjectRoot } from "../lineage/project.js";
import { UsageError } from "../pipeline/run/usage-error.js";

export interface GcFlags {
  readonly olderThan: string;
  readonly dryRun?: boolean;
  /** Folders of other projects that use the same bucket or folder. */
  readonly also: readonly string[];
  /** Ids of projects that are no more. */
  readonly forget: readonly string[];
}

/** What `tagline artifacts gc --json` prints. */
export interface Collected {
  readonly dryRun: boolean;
  readonly bytes: number;
  readonly places: readonly Garbage[];
}

/** Removes what nothing names from the project's own folder, and from its bucket or shared folder where it has one. */
export async function collect({ olderThan, dryRun = false, also, forget }: GcFlags): Promise<Collected> {
  const root = findProjectRoot();
  const local = openLocalStore(root);
  const options = { beforeMs: Date.now() - readAge(olderThan), dryRun, look: (hash: string) => local.get(hash) };
  const roots = [root, ...also.map((folder) => findProjectRoot(resolve(folder)))];
  const neighbours = await openNeighbours(root);
  if (neighbours !== null) {
    for (const id of forget) await neighbours.forget(id);
    const known = new Set(roots.map(projectId));
    const others = (await neighbours.users()).filter(({ id }) => !known.has(id));
    if (others.length > 0) throw new UsageError(refusal(others));
  }
  const places = [await collectGarbage(local, { ...options, roots })];
  if (neighbours !== null) places.push(await collectGarbage(openStore(root), { ...options, roots, neighbours }));
  return { dryRun, bytes: places.reduce((sum, { bytes }) => sum + bytes, 0), places };
}

/** What others name is in their folders alone. */
function refusal(others: readonly StoreUser[]): string {
  const list = others.map(
    ({ id, project, host, lastSeen }) => `  ${id}  ${project} on ${host}, last seen ${lastSeen.slice(0, 10)}`,
  );
  return `Cannot collect garbage where other projects keep theirs too, since what they name is not known here:\n${list.join("\n")}\nName their folders with --also FOLDER, or those that are no more with --forget ID.`;
}

function readAge(text: string): number {
  const age = ageMs(text);
  if (age === null) throw new UsageError(`Cannot read --older-than ${text}: write an age such as 30d, 12h or 0s`);
  return age;
}

export function formatCollected({ dryRun, places }: Collected): string {
  return places
    .map(({ place, removed, bytes, named, young }) => {
      const what = `${removed.length} ${removed.length === 1 ? "object" : "objects"}, ${bytes} bytes`;
      const rest = `${named} ${named === 1 ? "is" : "are"} named${young > 0 ? `, ${young} too young to tell` : ""}`;
      return `${dryRun ? "Would free" : "Freed"} ${what} in ${place} (${rest})\n`;
    })
    .join("");
}
