import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { artifactsSetting } from "../../../artifacts/artifacts-location.js";
import { projectFiles } from "../../../lineage/project.js";
import type { Exchange } from "./exchange.js";

/** The exchange beside a project's artifact store: in its bucket or shared folder, or, where it has none, in the project's own. */
export async function openExchange(root: string, env: NodeJS.ProcessEnv = process.env): Promise<Exchange> {
  const setting = artifactsSetting(root, env);
  if (setting.url === null) return folderExchange(setting.folder ?? projectFiles(root).folder);
  // Loaded only where there is a bucket.
  const { bucketExchange } = await import("./bucket-exchange.js");
  return bucketExchange({ ...setting, url: setting.url }, env);
}

function folderExchange(folder: string): Exchange {
  return {
    place: folder,
    async put(path, bytes) {
      const to = join(folder, path);
      const present = await readFile(to).catch(() => null);
      if (present?.equals(bytes)) return;
      await mkdir(dirname(to), { recursive: true });
      const partial = `${to}.${randomUUID()}.tmp`;
      await writeFile(partial, bytes);
      await rename(partial, to);
    },
    get: (path) => readFile(join(folder, path)).catch(() => null),
    async list(prefix) {
      const entries = await readdir(join(folder, prefix), { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith(".tmp"))
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .sort();
    },
    urlOf: (object) => pathToFileURL(join(folder, "objects", object.slice(0, 2), object.slice(2))).href,
  };
}
