import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LowSync } from "lowdb";
import { JSONFileSync } from "lowdb/node";
import { prepareProject, projectFiles } from "../lineage/project.js";
import { UsageError } from "../pipeline/run/usage-error.js";

type Catalog = Readonly<Record<string, unknown>>;

/** One list of `.tagline/catalog.json`, which people edit as well. */
export interface CatalogList<T> {
  /** Its field in the file. */
  readonly name: string;
  /** Holds what stands there against what is meant; `undefined` where nothing does. @throws {UsageError} naming `path` */
  readonly check: (value: unknown, path: string) => readonly T[];
}

/** The list in the order of the file; as `check` says where there is no catalog. @throws {UsageError} */
export function readCatalog<T>(root: string, { name, check }: CatalogList<T>): readonly T[] {
  const { catalog } = projectFiles(root);
  return check(open(catalog).data[name], catalog);
}

/**
 * Reads, changes and writes a list while no other process does; all else in the catalog stays as it is.
 * Resolves to what `change` returns beside the new list.
 */
export async function changeCatalog<T, R>(
  root: string,
  { name, check }: CatalogList<T>,
  change: (list: readonly T[]) => { readonly list: readonly T[]; readonly result: R },
): Promise<R> {
  const { catalog, claims } = prepareProject(root);
  return locked(`${claims}/catalog.lock`, () => {
    const database = open(catalog);
    const { list, result } = change(check(database.data[name], catalog));
    database.data = { ...database.data, [name]: list };
    database.write();
    return result;
  });
}

function open(path: string): LowSync<Catalog> {
  const database = new LowSync<Catalog>(new JSONFileSync(path), {});
  try {
    database.read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read ${path}: ${reason}. Mend the file by hand.`, { cause });
  }
  if (typeof database.data !== "object" || Array.isArray(database.data))
    throw new UsageError(`Cannot read ${path}: it is JSON but no object. Mend the file by hand.`);
  return database;
}

/** Nobody holds the lock for more than some milliseconds: an older one was left by a process that died. */
const STALE_MS = 5_000;

async function locked<T>(lock: string, work: () => T): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true });
  while (!take(lock)) {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_MS) discard(lock);
    else await wait(10);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    const fd = openSync(lock, "wx");
    writeSync(fd, String(process.pid));
    closeSync(fd);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moved away first, so that of two who find it stale one discards it. */
function discard(lock: string): void {
  const away = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, away);
    rmSync(away, { force: true });
  } catch {
    // Somebody else discarded it.
  }
}
