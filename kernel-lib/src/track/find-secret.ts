import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { findProjectRoot } from "../lineage/project.js";
import { untracked } from "./cell-context.js";
import { pristine } from "./pristine-fs.js";

export interface FoundSecret {
  readonly value: string;
  /** The `.env` file that it stands in; null if the environment has it. */
  readonly file: string | null;
}

/**
 * A secret from the environment, else from `.env` of the nearest folder that has it there, from `folder` up to the
 * project's root. Null if nobody has it; an empty value is none. What is read here is never noted as a file of the cell.
 */
export function findSecret(
  name: string,
  folder: string = process.cwd(),
  env: NodeJS.ProcessEnv = process.env,
): FoundSecret | null {
  const given = env[name];
  if (given !== undefined && given !== "") return { value: given, file: null };
  return untracked(() => {
    const root = findProjectRoot(folder, env);
    for (let at = folder; ; at = dirname(at)) {
      const file = join(at, ".env");
      const value = readVariables(file)[name];
      if (value !== undefined && value !== "") return { value, file };
      if (at === root || at === dirname(at)) break;
    }
    const file = join(root, ".env");
    const value = readVariables(file)[name];
    return value === undefined || value === "" ? null : { value, file };
  });
}

function readVariables(file: string): Record<string, string | undefined> {
  try {
    return { ...parseEnv(pristine.readFileSync(file, "utf8")) };
  } catch {
    return {};
  }
}
