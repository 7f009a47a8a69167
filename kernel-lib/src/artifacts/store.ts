import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { secretIn } from "../lineage/known-secrets.js";
import { prepareProject } from "../lineage/project.js";

/** Bytes under the hash of their content. */
export interface ArtifactStore {
  /** Keeps the bytes and gives their sha256 (hex). Equal bytes are kept once. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes under a hash. Throws where there are none, or where they no longer match it. */
  get(hash: string): Promise<Buffer>;
  has(hash: string): Promise<boolean>;
}

/** The project's own store, `.tagline/objects/ab/cdef…`. */
export function openStore(root: string): ArtifactStore {
  const { objects } = prepareProject(root);
  const pathOf = (hash: string): string => {
    if (!/^[0-9a-f]{64}$/.test(hash))
      throw new Error(`Cannot find an artifact by ${JSON.stringify(hash)}: give the 64 hex digits of a sha256`);
    return join(objects, hash.slice(0, 2), hash.slice(2));
  };
  return {
    async put(bytes) {
      const secret = secretIn(bytes);
      if (secret !== null) {
        throw new Error(
          `Cannot store a value that holds the secret ${secret}: call secret("${secret}") in each step that needs it, or in a parameters or setup cell`,
        );
      }
      const hash = sha256(bytes);
      const path = pathOf(hash);
      // Bytes that went bad on the disk are healed by writing them again.
      const present = await readFile(path).catch(() => null);
      if (present?.equals(bytes)) return hash;
      try {
        await writeAtomically(path, bytes);
      } catch (error) {
        throw new Error(`Cannot write artifact ${hash.slice(0, 12)} under ${objects}: ${messageOf(error)}`, {
          cause: error,
        });
      }
      return hash;
    },
    async get(hash) {
      const path = pathOf(hash);
      let bytes: Buffer;
      try {
        bytes = await readFile(path);
      } catch (error) {
        throw new Error(
          `Cannot read artifact ${hash.slice(0, 12)} under ${objects}: ${messageOf(error)}. Run the step that made it again`,
          { cause: error },
        );
      }
      const actual = sha256(bytes);
      if (actual !== hash) {
        throw new Error(
          `Cannot use artifact ${hash.slice(0, 12)}: its bytes under ${objects} have changed (sha256 is now ${actual.slice(0, 12)}). Run the step that made it again`,
        );
      }
      return bytes;
    },
    async has(hash) {
      return access(pathOf(hash)).then(
        () => true,
        () => false,
      );
    },
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The temporary file stands in the same folder, so that the last move is one step; a killed writer leaves only that file. */
async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
