import { readFileSync } from "node:fs";
import { projectFiles } from "../lineage/project.js";

/** `artifacts` of `.tagline/catalog.json`: where the objects are kept, and where that is, if not Amazon's own. */
export interface ArtifactsSetting {
  /** `s3://bucket/prefix`; null for `.tagline/objects`. */
  readonly url: string | null;
  /** Of an S3-compatible server. */
  readonly endpoint: string | null;
  readonly region: string | null;
}

const LOCAL: ArtifactsSetting = { url: null, endpoint: null, region: null };

/**
 * Where a project keeps its artifacts: `TAGLINE_ARTIFACTS`, else the catalog's field `artifacts` (a URL, or an object of `url`,
 * `endpoint` and `region`), else its own folder. `file:` stands for the latter. Throws for any other URL.
 */
export function artifactsSetting(root: string, env: NodeJS.ProcessEnv = process.env): ArtifactsSetting {
  const given = env["TAGLINE_ARTIFACTS"];
  const setting: ArtifactsSetting = given ? { ...LOCAL, url: given } : catalogSetting(root);
  if (setting.url === null || setting.url === "file:") return LOCAL;
  if (/^s3:\/\/[^/?#]+/.test(setting.url)) return setting;
  throw new Error(
    `Cannot keep artifacts at ${setting.url}: give s3://BUCKET/PREFIX${given ? " in TAGLINE_ARTIFACTS" : " as artifacts in the catalog"}, or nothing for .tagline/objects`,
  );
}

function catalogSetting(root: string): ArtifactsSetting {
  let found: unknown;
  try {
    // People edit it: what is no object is told where the catalog is their subject.
    found = (JSON.parse(readFileSync(projectFiles(root).catalog, "utf8")) as { readonly artifacts?: unknown } | null)
      ?.artifacts;
  } catch {
    return LOCAL;
  }
  if (typeof found === "string") return { ...LOCAL, url: found };
  if (typeof found !== "object" || found === null) return LOCAL;
  const text = (name: string): string | null => {
    const value: unknown = Object.getOwnPropertyDescriptor(found, name)?.value;
    return typeof value === "string" && value !== "" ? value : null;
  };
  return { url: text("url"), endpoint: text("endpoint"), region: text("region") };
}
