import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where the inputs of all sessions are kept: in the person's own data folder, as other kernels do. `TAGLINE_HISTORY` names
 * another file, or is `off`: then a session remembers its own alone.
 */
export function historyFile(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env["TAGLINE_HISTORY"];
  if (named === "off") return null;
  if (named) return named;
  const data = env["XDG_DATA_HOME"] || join(env["HOME"] || homedir(), ".local", "share");
  return join(data, "tagline", "history.jsonl");
}
