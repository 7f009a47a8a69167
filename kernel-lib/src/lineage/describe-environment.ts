import { execFile } from "node:child_process";
import { arch, platform, release } from "node:os";
import type { RunEnvironment } from "./events.js";

/** How long to wait for git: nothing hangs on a repository on a slow disk. */
const GIT_TIMEOUT_MS = 2000;

/** What a session or a run stands on. The commit is null outside a git repository or without git. */
export async function describeEnvironment(folder: string, taglineVersion: string): Promise<RunEnvironment> {
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
