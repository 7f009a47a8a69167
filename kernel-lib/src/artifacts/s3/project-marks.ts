import { createHash } from "node:crypto";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFiles } from "../../lineage/project.js";
import type { ArtifactsSetting } from "../artifacts-location.js";
import type { StoreNeighbours, StoreUser } from "../neighbours.js";
import { markOf, projectId } from "../project-mark.js";
import { getObject, listObjects, putObject, removeObject } from "./bucket-objects.js";
import { type OpenBucket, openBucket } from "./open-bucket.js";

/** A project says this often that it uses a bucket. */
const AGAIN_MS = 12 * 3600 * 1000;
const OBJECT = /^[0-9a-f]{2}\/[0-9a-f]{62}$/;

/** Leaves a project's mark in a bucket, so that others' collecting of garbage does not take what it alone names. Twice a day at most. */
export async function markProject({ client, prefix, place }: OpenBucket, root: string): Promise<void> {
  const stamps = join(projectFiles(root).folder, "cache", "buckets");
  const stamp = join(stamps, createHash("sha256").update(place).digest("hex").slice(0, 16));
  if ((statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.now() - AGAIN_MS) return;
  const mark = markOf(root);
  await putObject(client, `${withSlash(prefix)}projects/${mark.id}.json`, Buffer.from(JSON.stringify(mark)));
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, place);
}

export function openBucketNeighbours(
  setting: ArtifactsSetting & { readonly url: string },
  { root, env }: { readonly root: string; readonly env: NodeJS.ProcessEnv },
): StoreNeighbours {
  const { client, prefix, place } = openBucket(setting, env);
  const start = withSlash(prefix);
  const read = async (key: string): Promise<string> => (await getObject(client, key))?.toString("latin1") ?? "";
  const wrapped = (error: unknown): Error =>
    new Error(`Cannot look around in ${place}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  return {
    async users() {
      const users: StoreUser[] = [];
      try {
        for await (const { key } of listObjects(client, `${start}projects/`)) {
          // Written by `markProject`, whole or not at all.
          const user = JSON.parse(await read(key)) as StoreUser;
          if (user.id !== projectId(root)) users.push(user);
        }
      } catch (error) {
        throw wrapped(error);
      }
      return users;
    },
    async forget(id) {
      await removeObject(client, `${start}projects/${id}.json`).catch((error: unknown) => {
        throw wrapped(error);
      });
    },
    async *texts() {
      try {
        for await (const { key } of listObjects(client, start))
          if (!OBJECT.test(key.slice(start.length))) yield await read(key);
      } catch (error) {
        throw wrapped(error);
      }
    },
  };
}

function withSlash(prefix: string): string {
  return prefix === "" ? "" : `${prefix}/`;
}
