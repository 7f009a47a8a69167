import type { ArtifactsSetting } from "../../../artifacts/artifacts-location.js";
import { getObject, listObjects, putObject } from "../../../artifacts/s3/bucket-objects.js";
import { openBucket } from "../../../artifacts/s3/open-bucket.js";
import type { Exchange } from "./exchange.js";

/** An exchange in a bucket of S3, beside the objects of the artifact store. */
export function bucketExchange(setting: ArtifactsSetting & { readonly url: string }, env: NodeJS.ProcessEnv): Exchange {
  const { client, prefix, place } = openBucket(setting, env);
  const start = prefix === "" ? "" : `${prefix}/`;
  const cannot = (what: string, path: string, error: unknown): Error =>
    new Error(`Cannot ${what} ${place}/${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  return {
    place,
    async put(path, bytes) {
      try {
        await putObject(client, `${start}${path}`, bytes);
      } catch (error) {
        throw cannot("write", path, error);
      }
    },
    async get(path) {
      try {
        return await getObject(client, `${start}${path}`);
      } catch (error) {
        throw cannot("read", path, error);
      }
    },
    async list(under) {
      const found: string[] = [];
      try {
        for await (const { key } of listObjects(client, `${start}${under}`)) found.push(key.slice(start.length));
      } catch (error) {
        throw cannot("list", under, error);
      }
      return found.sort();
    },
    urlOf: (object) => `${place}/${object.slice(0, 2)}/${object.slice(2)}`,
  };
}
