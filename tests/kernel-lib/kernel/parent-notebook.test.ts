import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { executingParent, parentNotebook } from "../../../kernel-lib/src/kernel/parent-notebook.js";

/** A process in a folder with `in.ipynb` and `done.ipynb`, whose command line goes on like this. */
async function processWith(args: readonly string[]): Promise<{ readonly pid: number; readonly folder: string }> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-parent-"));
  for (const name of ["in.ipynb", "done.ipynb"]) writeFileSync(join(folder, name), "{}");
  const child: ChildProcess = spawn(
    process.execPath,
    ["-e", "process.stdout.write('up'); process.stdin.resume()", "--", ...args],
    { cwd: folder, stdio: ["pipe", "pipe", "inherit"] },
  );
  onTestFinished(async () => {
    const closed = once(child, "close");
    child.kill();
    await closed;
    rmSync(folder, { recursive: true });
  });
  if (child.stdout !== null) await once(child.stdout, "data");
  return { pid: child.pid ?? 0, folder };
}

test("executingParent() tells what papermill runs, and where it writes the notebook as executed", async () => {
  const { pid, folder } = await processWith(["/venv/bin/papermill", "in.ipynb", "out/done.ipynb", "-p", "units", "32"]);
  expect(executingParent(pid)).toEqual({ input: join(folder, "in.ipynb"), executed: join(folder, "out/done.ipynb") });
});

test("executingParent() knows nbconvert, and leaves servers alone", async () => {
  // Written before: it is there, and not what is executed.
  const convert = await processWith(["/venv/bin/jupyter-nbconvert", "--execute", "--output", "done.ipynb", "in.ipynb"]);
  expect(executingParent(convert.pid)).toEqual({ input: join(convert.folder, "in.ipynb"), executed: null });
  const server = await processWith(["/venv/bin/jupyter-lab", "in.ipynb"]);
  expect(executingParent(server.pid)).toBeNull();
  expect(parentNotebook(server.pid)).toBe(join(server.folder, "in.ipynb"));
});
