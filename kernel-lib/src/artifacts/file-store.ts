import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ArtifactStore, ObjectEntry } from "./artifact-store.js";
import { hashFile, refuseSecrets } from "./refuse-secrets.js";
import { checkHash, sha256 } from "./sha256.js";

/** A killed writer's temporary file of this age belongs to nobody. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** Objects as files of one folder, `ab/cdef…`. */
export function createFileStore(folder: string): ArtifactStore {
  const pathOf = (hash: string): string => {
    checkHash(hash);
    return join(folder, hash.slice(0, 2), hash.slice(2));
  };
  const cannotWrite = (hash: string, error: unknown): Error =>
    new Error(`Cannot write artifact ${hash.slice(0, 12)} under ${folder}: ${messageOf(error)}`, { cause: error });
  const cannotRead = (hash: string, error: unknown): Error =>
    new Error(
      `Cannot read artifact ${hash.slice(0, 12)} under ${folder}: ${messageOf(error)}. Run the step that made it again`,
      { cause: error },
    );
  const changed = (hash: string, actual: string): Error =>
    new Error(
      `Cannot use artifact ${hash.slice(0, 12)}: its bytes under ${folder} have changed (sha256 is now ${actual.slice(0, 12)}). Run the step that made it again`,
    );
  return {
    place: folder,
    async put(bytes) {
      refuseSecrets(bytes);
      const hash = sha256(bytes);
      const path = pathOf(hash);
      // Bytes that went bad on the disk are healed by writing them again.
      const present = await readFile(path).catch(() => null);
      if (present?.equals(bytes) && (await touched(path))) return hash;
      try {
        await writeAtomically(path, async (temporary) => {
          const file = await open(temporary, "wx");
          try {
            await file.writeFile(bytes);
            await file.sync();
          } finally {
            await file.close();
          }
        });
      } catch (error) {
        throw cannotWrite(hash, error);
      }
      return hash;
    },
    async putFile(source) {
      const { hash } = await hashFile(source);
      const path = pathOf(hash);
      const present = await hashFile(path).catch(() => null);
      if (present?.hash === hash && (await touched(path))) return hash;
      try {
        await writeAtomically(path, (temporary) => copyChecked(source, temporary, hash));
      } catch (error) {
        throw cannotWrite(hash, error);
      }
      return hash;
    },
    async get(hash) {
      const path = pathOf(hash);
      let bytes: Buffer;
      try {
        bytes = await readFile(path);
      } catch (error) {
        throw cannotRead(hash, error);
      }
      const actual = sha256(bytes);
      if (actual !== hash) throw changed(hash, actual);
      return bytes;
    },
    async getFile(hash, target) {
      const path = pathOf(hash);
      await access(path).catch((error: unknown) => {
        throw cannotRead(hash, error);
      });
      await mkdir(dirname(target), { recursive: true });
      const temporary = `${target}.${randomUUID()}.tmp`;
      try {
        await copyChecked(path, temporary, hash, changed);
        await link(temporary, target);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async has(hash) {
      const path = pathOf(hash);
      // Who asks is about to count on it; a folder that only may be read collects no garbage.
      return (await touched(path)) || isThere(path);
    },
    async *list() {
      for (const first of (await readdir(folder).catch(() => [])).sort()) {
        if (!/^[0-9a-f]{2}$/.test(first)) continue;
        for (const rest of (await readdir(join(folder, first))).sort()) {
          const entry = await entryOf(join(folder, first, rest), first + rest);
          if (entry !== null) yield entry;
        }
      }
    },
    async remove(hash, unlessAfterMs) {
      const path = pathOf(hash);
      // Out of the way first: a writer that puts the same bytes meanwhile finds nothing there, and writes them.
      const aside = `${path}.${randomUUID()}.tmp`;
      try {
        await rename(path, aside);
      } catch {
        return false;
      }
      if ((await stat(aside)).mtimeMs <= unlessAfterMs) {
        await rm(aside, { force: true });
        return true;
      }
      await rename(aside, path);
      return false;
    },
  };
}

/** Null for what is no object. Temporary files that nobody can be writing any more go away. */
async function entryOf(path: string, hash: string): Promise<ObjectEntry | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return null;
  if (/^[0-9a-f]{64}$/.test(hash)) return { hash, bytes: found.size, atMs: found.mtimeMs };
  if (path.endsWith(".tmp") && found.mtimeMs < Date.now() - ABANDONED_MS) await rm(path, { force: true });
  return null;
}

/** Counts as put now. False if it went away meanwhile. */
async function touched(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The temporary file stands in the same folder, so that the last move is one step; a killed writer leaves only that file. */
async function writeAtomically(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Copies a file, and throws unless what was copied has the hash. */
async function copyChecked(
  from: string,
  to: string,
  hash: string,
  wrong = (_hash: string, _actual: string): Error => new Error(`${from} changed while it was copied`),
): Promise<void> {
  const digest = createHash("sha256");
  const look = new Transform({
    transform(piece: Buffer, _encoding, done) {
      digest.update(piece);
      done(null, piece);
    },
  });
  await pipeline(createReadStream(from), look, createWriteStream(to, { flags: "wx", flush: true }));
  const actual = digest.digest("hex");
  if (actual !== hash) throw wrong(hash, actual);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
