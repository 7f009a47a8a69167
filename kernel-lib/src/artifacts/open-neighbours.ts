import { artifactsSetting } from "./artifacts-location.js";
import { folderNeighbours } from "./folder-marks.js";
import type { StoreNeighbours } from "./neighbours.js";

/** Null where a project keeps its artifacts in its own folder. */
export async function openNeighbours(
  root: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<StoreNeighbours | null> {
  const setting = artifactsSetting(root, env);
  if (setting.folder !== null) return folderNeighbours(setting.folder, root);
  if (setting.url === null) return null;
  const { openBucketNeighbours } = await import("./s3/project-marks.js");
  return openBucketNeighbours({ ...setting, url: setting.url }, { root, env });
}
