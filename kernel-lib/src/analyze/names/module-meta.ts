import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What `import.meta`, `__dirname` and `__filename` tell code of a notebook: where the notebook is. */
export interface ModuleMeta {
  readonly url: string;
  readonly dirname: string;
  readonly filename: string;
}

export function moduleMeta(url: string): ModuleMeta {
  const filename = fileURLToPath(url);
  return { url, dirname: dirname(filename), filename };
}

/** Node's names for CommonJS modules, which notebooks use as well. */
export function commonJsMeta(name: string, meta: ModuleMeta): string | null {
  if (name === "__dirname") return meta.dirname;
  return name === "__filename" ? meta.filename : null;
}
