import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
export const bin = join(repository, "kernel-lib/bin/tagline.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs the real `tagline`. */
export function tagline(cwd: string, ...args: readonly string[]): Promise<Finished> {
  return execute(process.execPath, [bin, ...args], cwd);
}

/** A temporary folder, removed after the test. What a killed child left behind (a step) may write to it for a second more. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 8 }));
  return folder;
}

/** A copy of notebooks' folders from `tests/notebooks-fixtures`, side by side, away from this repository. */
export function copyFixtures(...names: readonly string[]): string {
  const folder = scratchFolder();
  for (const name of names)
    cpSync(join(repository, "tests/notebooks-fixtures", name), join(folder, name), { recursive: true });
  return folder;
}
