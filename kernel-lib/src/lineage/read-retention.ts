import { readFileSync } from "node:fs";
import { ageMs } from "./age-ms.js";
import { projectFiles } from "./project.js";
import type { Retention } from "./retain-log.js";

/**
 * How long the project keeps runs, as its catalog says: `"retention": {"keep": "90d", "runs": 500}`, one of them or both. Null where
 * it says nothing: then everything stays.
 *
 * @throws Error "Cannot read …" if it says something else
 */
export function readRetention(root: string): Retention | null {
  const { catalog } = projectFiles(root);
  let value: unknown;
  try {
    const whole: unknown = JSON.parse(readFileSync(catalog, "utf8"));
    value = typeof whole === "object" && whole !== null && "retention" in whole ? whole.retention : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new Error(`Cannot read ${catalog}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (value === undefined) return null;
  const wrong = (what: string): Error => new Error(`Cannot read "retention" in ${catalog}: ${what}`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("it must be an object");
  const { keep, runs, ...others }: { keep?: unknown; runs?: unknown } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw wrong(`there is no "${unknown}", only "keep" and "runs"`);
  const age = typeof keep === "string" ? ageMs(keep) : null;
  if (keep !== undefined && age === null) throw wrong(`"keep" must be an age such as "90d"`);
  const isCount = typeof runs === "number" && Number.isInteger(runs) && runs >= 0;
  if (runs !== undefined && !isCount) throw wrong('"runs" must be a whole number');
  return { ...(age === null ? {} : { ageMs: age }), ...(isCount ? { runs } : {}) };
}
