import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform, release } from "node:os";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { RunEnvironment } from "../lineage/events.js";

const require = createRequire(import.meta.url);

/** Tagline's own version and the TypeScript compiler's, without loading either. */
export const taglineVersion: string = versionOf("../../package.json");
export const typescriptVersion: string = versionOf("typescript/package.json");

function versionOf(path: string): string {
  const { version }: { version: string } = require(path);
  return version;
}

/** How long to wait for git. */
const GIT_TIMEOUT_MS = 2000;

/** What a session runs on. The commit is null outside a git repository or without git. */
export async function describeEnvironment(folder: string): Promise<RunEnvironment> {
  const [gitCommit, status] = await Promise.all([
    git(folder, ["rev-parse", "HEAD"]),
    git(folder, ["status", "--porcelain", "--untracked-files=no"]),
  ]);
  return {
    node: process.version,
    tagline: taglineVersion,
    os: `${platform()} ${release()} ${arch()}`,
    gitCommit,
    gitDirty: gitCommit === null || status === null ? null : status !== "",
  };
}

function git(folder: string, args: readonly string[]): Promise<string | null> {
  return new Promise((done) => {
    try {
      execFile("git", args, { cwd: folder, timeout: GIT_TIMEOUT_MS }, (error, stdout) =>
        done(error === null ? stdout.trim() : null),
      );
    } catch {
      // Node throws at once where the folder is no folder.
      done(null);
    }
  });
}

/**
 * The notebook's path as the log has it: relative to the project's root where it lies inside, else absolute; null if the
 * server did not tell. `JPY_SESSION_NAME` is absolute, or begins at the server's root or at the kernel's folder.
 */
export function notebookPath(session: string | undefined, folder: string, root: string): string | null {
  if (session === undefined || !session.endsWith(".ipynb")) return null;
  const path = isAbsolute(session)
    ? session
    : [resolve(folder, session), join(folder, basename(session)), resolve(root, session)].find((candidate) =>
        existsSync(candidate),
      );
  if (path === undefined) return session;
  const inside = relative(root, path);
  return (inside.startsWith("..") || isAbsolute(inside) ? path : inside).split(sep).join("/");
}
