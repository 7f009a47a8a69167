import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { bin, scratchFolder } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

/** A notebook whose only step writes its process id and its private folder, and never ends. */
function endlessNotebook(): string {
  const folder = scratchFolder();
  const source = [
    'import { writeFileSync } from "node:fs";\n',
    'writeFileSync("who", process.pid + " " + process.env["TMPDIR"]);\n',
    'console.log("busy");\n',
    "for (;;);",
  ];
  const cell = {
    cell_type: "code",
    id: "c1",
    metadata: { tags: ["step:endless"] },
    source,
    execution_count: null,
    outputs: [],
  };
  mkdirSync(join(folder, "nb"));
  writeFileSync(
    join(folder, "nb/endless.ipynb"),
    JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  return join(folder, "nb");
}

/** Starts `tagline run`, waits until the step is busy, sends the signal, and waits for the end. */
async function interrupted(
  folder: string,
  signal: NodeJS.Signals,
): Promise<{
  readonly code: number | null;
  readonly stdout: string;
  readonly stepPid: number;
  readonly temporary: string;
}> {
  const child = spawn(process.execPath, [bin, "run", "endless.ipynb", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  await new Promise<void>((resolve) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("busy")) resolve();
    });
  });
  child.kill(signal);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const [pid, temporary = ""] = readFileSync(join(folder, "who"), "utf8").split(" ");
  return { code, stdout, stepPid: Number(pid), temporary };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("Ctrl-C cancels a run: its step is ended, and the document says so", async () => {
  const { code, stdout, stepPid } = await interrupted(endlessNotebook(), "SIGINT");
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "cancelled",
    steps: [{ name: "endless", status: "skipped", reason: "the run was cancelled" }],
  });
  expect(isAlive(stepPid)).toBe(false);
});

test("a step in a loop does not outlive a run that was killed, nor does its private folder", async () => {
  const { stepPid, temporary } = await interrupted(endlessNotebook(), "SIGKILL");
  expect(temporary).toContain("tagline-step-");
  await expect.poll(() => isAlive(stepPid) || existsSync(temporary), { timeout: 60_000, interval: 100 }).toBe(false);
});
