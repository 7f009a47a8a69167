import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogValue } from "../lineage/catalog-value.js";
import { ownValue } from "../lineage/own-value.js";

/** `artifacts` of `.tagline/catalog.json`: where the objects are kept, and where that is, if not Amazon's own. */
export interface ArtifactsSetting {
  /** `s3://bucket/prefix`; null for a folder. */
  readonly url: string | null;
  /** Another folder than `.tagline`, absolute, laid out like it; null for that. */
  readonly folder: string | null;
  /** Of an S3-compatible server. */
  readonly endpoint: string | null;
  readonly region: string | null;
}

const LOCAL: ArtifactsSetting = { url: null, folder: null, endpoint: null, region: null };

/**
 * Where a project keeps its artifacts: `TAGLINE_ARTIFACTS`, else the catalog's field `artifacts` (a URL, or an object of `url`,
 * `endpoint` and `region`), else its own folder, for which `file:` stands. `file:///some/folder` is another one. Throws for any other URL.
 */
export function artifactsSetting(root: string, env: NodeJS.ProcessEnv = process.env): ArtifactsSetting {
  const given = env["TAGLINE_ARTIFACTS"];
  const setting: ArtifactsSetting = given ? { ...LOCAL, url: given } : catalogSetting(root);
  if (setting.url === null || setting.url === "file:") return LOCAL;
  if (setting.url.startsWith("file:")) return { ...LOCAL, folder: folderOf(setting.url, root) };
  if (/^s3:\/\/[^/?#]+/.test(setting.url)) return setting;
  throw new Error(
    `Cannot keep artifacts at ${setting.url}: give s3://BUCKET/PREFIX or file:///FOLDER${given ? " in TAGLINE_ARTIFACTS" : " as artifacts in the catalog"}, or nothing for .tagline/objects`,
  );
}

function folderOf(url: string, root: string): string {
  return url.startsWith("file://") ? fileURLToPath(url) : resolve(root, url.slice("file:".length));
}

function catalogSetting(root: string): ArtifactsSetting {
  const found = catalogValue(root, "artifacts");
  if (typeof found === "string") return { ...LOCAL, url: found };
  if (typeof found !== "object" || found === null) return LOCAL;
  const text = (name: string): string | null => {
    const value = ownValue(found, name);
    return typeof value === "string" && value !== "" ? value : null;
  };
  return { url: text("url"), folder: null, endpoint: text("endpoint"), region: text("region") };
}
