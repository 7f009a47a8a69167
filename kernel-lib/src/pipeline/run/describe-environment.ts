import { execFile } from "node:child_process";
import { arch, platform, release } from "node:os";
import type { RunEnvironment } from "../../lineage/events.js";
import { ownVersion } from "./packages.js";

/** How long to wait for git: a run does not hang on a repository on a slow disk. */
const GIT_TIMEOUT_MS = 2000;

/** What a run runs on. The commit is null outside a git repository or without git. */
export async function describeEnvironment(folder: string): Promise<RunEnvironment> {
  const [gitCommit, status] = await Promise.all([
    git(folder, ["rev-parse", "HEAD"]),
    git(folder, ["status", "--porcelain", "--untracked-files=no"]),
  ]);
  return {
    node: process.version,
    tagline: ownVersion(),
    os: `${platform()} ${release()} ${arch()}`,
    gitCommit,
    gitDirty: gitCommit === null || status === null ? null : status !== "",
  };
}

function git(folder: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile("git", args, { cwd: folder, timeout: GIT_TIMEOUT_MS }, (error, stdout) => {
      resolve(error === null ? stdout.trim() : null);
    });
  });
}
