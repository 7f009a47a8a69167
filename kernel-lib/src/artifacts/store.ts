import { join } from "node:path";
import { prepareProject } from "../lineage/project.js";
import type { ArtifactStore } from "./artifact-store.js";
import { artifactsSetting } from "./artifacts-location.js";
import { createFileStore } from "./file-store.js";
import { markProjectIn } from "./folder-marks.js";
import { lazyStore } from "./lazy-store.js";

export type { ArtifactStore } from "./artifact-store.js";

/**
 * The project's store: `.tagline/objects/ab/cdef…`, or the folder or bucket that `TAGLINE_ARTIFACTS` or the catalog names; that
 * folder is the bucket's cache. The part that speaks to buckets loads on first use.
 */
export function openStore(root: string, env: NodeJS.ProcessEnv = process.env): ArtifactStore {
  const { objects } = prepareProject(root);
  const local = createFileStore(objects);
  const setting = artifactsSetting(root, env);
  if (setting.folder !== null) {
    markProjectIn(setting.folder, root);
    return createFileStore(join(setting.folder, "objects"));
  }
  if (setting.url === null) return local;
  const { url } = setting;
  return lazyStore(url, async () => {
    const { openBucketStore } = await import("./s3/bucket-store.js");
    return openBucketStore({ ...setting, url }, { root, local, env });
  });
}

/** The project's own folder of objects alone, wherever it keeps them. */
export function openLocalStore(root: string): ArtifactStore {
  return createFileStore(prepareProject(root).objects);
}
