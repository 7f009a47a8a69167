import { artifactsSetting } from "./artifacts-location.js";

/** Another project that has put objects into a bucket. */
export interface BucketUser {
  readonly id: string;
  /** Name of its folder, and the machine. */
  readonly project: string;
  readonly host: string;
  /** ISO 8601. */
  readonly lastSeen: string;
}

/** Who and what else is in the bucket of a project. */
export interface BucketNeighbours {
  /** Projects with folders of their own, this one left out. */
  users(): Promise<readonly BucketUser[]>;
  forget(id: string): Promise<void>;
  /** Contents of all that lies beside the objects: segments of the log, versions. */
  texts(): AsyncIterable<string>;
}

/** Null where a project keeps its artifacts in its own folder. */
export async function openNeighbours(
  root: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<BucketNeighbours | null> {
  const setting = artifactsSetting(root, env);
  if (setting.url === null) return null;
  const { openBucketNeighbours } = await import("./s3/project-marks.js");
  return openBucketNeighbours({ ...setting, url: setting.url }, { root, env });
}
