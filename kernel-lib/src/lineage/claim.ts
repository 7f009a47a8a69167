import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { prepareProject } from "./project.js";

/** Who has it: `mine` if this very call took it. */
export interface Claim {
  readonly mine: boolean;
  /** What the one who took it wrote down. */
  readonly holder: string;
}

/**
 * Takes a thing that may be taken once in a project (a version's number, a schedule's moment): of all processes that
 * ask for the same kind and key, exactly one is told `mine`. A claim stays for good.
 *
 * @param holder kept with the claim, for those who come later
 */
export function claim(root: string, kind: string, key: string, holder = ""): Claim {
  const path = join(prepareProject(root).claims, kind, fileName(key));
  mkdirSync(dirname(path), { recursive: true });
  // Linked into place, so that nobody sees a claim without its holder.
  const partial = `${path}.${randomUUID()}.tmp`;
  writeFileSync(partial, holder, { flag: "wx" });
  try {
    linkSync(partial, path);
    return { mine: true, holder };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return { mine: false, holder: readFileSync(path, "utf8") };
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Readable where it can be. Capitals count, also on file systems that do not tell them apart. */
function fileName(key: string): string {
  if (/^[a-z0-9][a-z0-9@._-]{0,99}$/.test(key)) return key;
  const readable = key.toLowerCase().replaceAll(/[^a-z0-9@._-]+/g, "-");
  return `${readable.slice(0, 60)}.${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;
}
