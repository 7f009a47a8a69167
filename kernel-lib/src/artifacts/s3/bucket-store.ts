import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactStore } from "../artifact-store.js";
import type { ArtifactsSetting } from "../artifacts-location.js";
import { hashFile, refuseSecrets } from "../refuse-secrets.js";
import { checkHash, sha256 } from "../sha256.js";
import { BucketError } from "./bucket-error.js";
import {
  getObject,
  getObjectFile,
  headObject,
  listObjects,
  putObject,
  putObjectFile,
  refreshObject,
  removeObject,
} from "./bucket-objects.js";
import { openBucket } from "./open-bucket.js";
import { markProject } from "./project-marks.js";

/** An object put longer ago is put again when somebody needs it, so that its age tells who may still count on it. */
const FRESH_MS = 12 * 3600 * 1000;

/**
 * Objects in a bucket of S3 or a server that speaks like it, under `<prefix>/ab/cdef…`. A project's own folder is the cache: what is
 * put goes there as well, and what is read is taken from there where it is right.
 */
export function openBucketStore(
  setting: ArtifactsSetting & { readonly url: string },
  { root, local, env }: { readonly root: string; readonly local: ArtifactStore; readonly env: NodeJS.ProcessEnv },
): ArtifactStore {
  const opened = openBucket(setting, env);
  const { client, bucket, prefix, place } = opened;
  const keyOf = (hash: string): string => {
    checkHash(hash);
    return `${prefix === "" ? "" : `${prefix}/`}${hash.slice(0, 2)}/${hash.slice(2)}`;
  };
  let marked: Promise<void> | null = null;
  /** Before the first object that this project may be the only one to name. */
  const mark = async (): Promise<void> => {
    marked ??= markProject(opened, root);
    await marked.catch((error: unknown) => {
      marked = null;
      throw error;
    });
  };
  /** What this process knows to be there and fresh, and since when. */
  const seenMs = new Map<string, number>();
  const isKnown = (hash: string): boolean => (seenMs.get(hash) ?? 0) > Date.now() - FRESH_MS / 2;
  const cannot = (what: string, hash: string, error: unknown, remedy = ""): Error =>
    new Error(
      `Cannot ${what} artifact ${hash.slice(0, 12)} ${what === "write" ? "to" : "from"} ${place}: ${messageOf(error)}${remedy}`,
      {
        cause: error,
      },
    );
  /** Uploads unless it is there; an object of another size is not what its name says. */
  const upload = async (hash: string, bytes: number, send: (key: string) => Promise<void>): Promise<void> => {
    if (isKnown(hash)) return;
    try {
      await mark();
      const key = keyOf(hash);
      const found = await headObject(client, key);
      const isThere = found !== null && found.bytes === bytes;
      const isFresh = isThere && found.atMs >= Date.now() - FRESH_MS;
      if (!isThere || (!isFresh && !(await refreshObject(client, bucket, key)))) await send(key);
    } catch (error) {
      throw cannot("write", hash, error);
    }
    seenMs.set(hash, Date.now());
  };
  const absent = (hash: string): Error =>
    cannot("read", hash, new Error("it is not there"), ". Run the step that made it again");
  const changed = (hash: string, actual: string): Error =>
    new Error(
      `Cannot use artifact ${hash.slice(0, 12)}: its bytes in ${place} have changed (sha256 is now ${actual.slice(0, 12)}). Delete ${keyOf(hash)} there and run the step that made it again`,
    );
  return {
    place,
    async put(bytes) {
      refuseSecrets(bytes);
      const hash = await local.put(bytes);
      await upload(hash, bytes.length, (key) => putObject(client, key, bytes));
      return hash;
    },
    async putFile(path) {
      const { hash, bytes } = await hashFile(path);
      await upload(hash, bytes, (key) => putObjectFile(client, key, { path, bytes, hash }));
      return hash;
    },
    async get(hash) {
      const key = keyOf(hash);
      const kept = await local.get(hash).catch(() => null);
      if (kept !== null) return kept;
      const bytes = await getObject(client, key).catch((error: unknown) => {
        throw cannot("read", hash, error);
      });
      if (bytes === null) throw absent(hash);
      const actual = sha256(bytes);
      if (actual !== hash) throw changed(hash, actual);
      // A cache that cannot be written costs time, no more.
      await local.put(bytes).catch(() => {});
      return bytes;
    },
    async getFile(hash, target) {
      const key = keyOf(hash);
      if (await local.has(hash)) {
        const isDone = await local.getFile(hash, target).then(
          () => true,
          (error: unknown) => {
            if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
            return false;
          },
        );
        if (isDone) return;
      }
      const temporary = join(tmpdir(), `tagline-${randomUUID()}`);
      try {
        const actual = await getObjectFile(client, key, temporary).catch((error: unknown) => {
          throw cannot("read", hash, error);
        });
        if (actual === null) throw absent(hash);
        if (actual !== hash) throw changed(hash, actual);
        await local.putFile(temporary);
        await local.getFile(hash, target);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async has(hash) {
      const key = keyOf(hash);
      if (isKnown(hash)) return true;
      const found = await mark()
        .then(() => headObject(client, key))
        .catch((error: unknown) => {
          throw cannot("look for", hash, error);
        });
      if (found !== null) {
        // Who asks is about to count on it.
        if (found.atMs < Date.now() - FRESH_MS) await refreshObject(client, bucket, key);
        seenMs.set(hash, Date.now());
        return true;
      }
      // Made before there was a bucket.
      const kept = await local.get(hash).catch(() => null);
      if (kept !== null) await upload(hash, kept.length, (target) => putObject(client, target, kept));
      return kept !== null;
    },
    async *list() {
      const start = prefix === "" ? "" : `${prefix}/`;
      try {
        for await (const { key, bytes, atMs } of listObjects(client, start)) {
          const match = /^([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(key.slice(start.length));
          if (match) yield { hash: `${match[1] ?? ""}${match[2] ?? ""}`, bytes, atMs };
        }
      } catch (error) {
        throw error instanceof BucketError
          ? new Error(`Cannot list ${place}: ${messageOf(error)}`, { cause: error })
          : error;
      }
    },
    async remove(hash, unlessAfterMs) {
      const key = keyOf(hash);
      try {
        const found = await headObject(client, key);
        if (found === null || found.atMs > unlessAfterMs) return false;
        await removeObject(client, key);
      } catch (error) {
        throw cannot("remove", hash, error);
      }
      seenMs.delete(hash);
      return true;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
