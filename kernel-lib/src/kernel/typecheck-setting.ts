import { readFileSync, statSync } from "node:fs";

export interface TypecheckOptions {
  /** The notebook's file, absolute; null if nobody told. */
  readonly notebook: string | null;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Says whether type errors keep a cell from running: `TAGLINE_TYPECHECK` (`off`, `false` or `0`), else the notebook's own
 * metadata (`"tagline": { "typecheck": false }`), else yes. The file is read again whenever it was saved.
 */
export function typecheckSetting({ notebook, environment = process.env }: TypecheckOptions): () => boolean {
  const given = environment["TAGLINE_TYPECHECK"]?.trim().toLowerCase();
  if (given !== undefined && given !== "") return () => !["off", "false", "0", "no"].includes(given);
  if (notebook === null) return () => true;
  let saved = Number.NaN;
  let on = true;
  return () => {
    try {
      const { mtimeMs } = statSync(notebook);
      if (mtimeMs !== saved) {
        on = asksForTypes(JSON.parse(readFileSync(notebook, "utf8")));
        saved = mtimeMs;
      }
    } catch {
      // Moved, or half written: as it was last.
    }
    return on;
  };
}

function asksForTypes(notebook: unknown): boolean {
  return property(property(property(notebook, "metadata"), "tagline"), "typecheck") !== false;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
