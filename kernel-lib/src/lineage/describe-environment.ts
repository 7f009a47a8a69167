import { existsSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { RunEnvironment } from "./events.js";
import { findLockFile } from "./find-lock-file.js";
import { ownVersion } from "./own-version.js";

/** How long to wait for git: nothing hangs on a repository on a slow disk. */
const GIT_TIMEOUT_MS = 2000;

/** More changed files than these say no more than their number. */
const MOST_FILES = 100;

/** What a session or a run stands on. The commit is null outside a git repository or without git. */
export async function describeEnvironment(folder: string): Promise<RunEnvironment> {
  // Most of a short run's time would go into learning from git that there is no repository.
  const [gitCommit, status] = mayBeInGit(folder)
    ? await Promise.all([
        git(folder, ["rev-parse", "HEAD"]),
        git(folder, ["status", "--porcelain", "--untracked-files=no"]),
      ])
    : [null, null];
  const changed = status === null ? [] : status.split("\n").filter((line) => line !== "");
  const lock = findLockFile(folder);
  return {
    node: process.version,
    tagline: ownVersion(),
    os: `${platform()} ${release()} ${arch()}`,
    gitCommit,
    gitDirty: gitCommit === null || status === null ? null : changed.length > 0,
    ...(gitCommit === null || changed.length === 0
      ? {}
      : { gitChanged: changed.slice(0, MOST_FILES).map(changedFile) }),
    ...(lock === null ? {} : { packages: { lockFile: shorter(folder, lock.path), sha256: lock.sha256 } }),
  };
}

/** From a line of `git status --porcelain`: two letters, a space, and the path (of a renamed file both). */
function changedFile(line: string): string {
  return line.replace(/^.{1,2} +/, "").replace(/^.* -> /, "");
}

function shorter(folder: string, path: string): string {
  const inside = relative(folder, path);
  return isAbsolute(inside) ? path : inside.replaceAll("\\", "/");
}

function mayBeInGit(folder: string): boolean {
  if (process.env["GIT_DIR"] !== undefined) return true;
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return true;
    if (dirname(at) === at) return false;
  }
}

async function git(folder: string, args: readonly string[]): Promise<string | null> {
  const { execFile } = await import("node:child_process");
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
