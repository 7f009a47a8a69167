import { homedir } from "node:os";
import { join } from "node:path";

/** Where Tagline keeps what it sets up once for this user. */
export function toolsFolder(env = process.env) {
  return env["TAGLINE_TOOLS"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "tagline");
}
