import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratchNotebook } from "./support/scratch-notebook.js";

vi.setConfig({ testTimeout: 120_000 });

test("a failure shows its lines, its causes, or what was thrown; an error that a step prints shows cells and lines", async () => {
  const notebook = scratchNotebook([
    {
      id: "code",
      tag: "step:code",
      source: "const a = 1;\n\nconst b = (undefined as unknown as { z: number }).z + a;\nconst c = 2;",
    },
    {
      id: "cause",
      tag: "step:cause",
      source: 'try {\n  JSON.parse("{");\n} catch (cause) {\n  throw new Error("no settings", { cause });\n}',
    },
    { id: "value", tag: "step:value", source: 'throw { code: 7, why: "a value" };' },
    {
      id: "print",
      tag: "step:print",
      source: 'const inner = () => new RangeError("seen");\nconsole.log(inner());\nconsole.log("    at home");',
    },
    { id: "deep", tag: "step:deep", source: "const f = (n: number): number => f(n + 1) + 1;\nf(0);" },
  ]);
  const { code, stdout } = await notebook.run();
  expect(code).toBe(1);
  const told = stdout.split("\n");
  const after = (line: RegExp, count: number): string[] => {
    const at = told.findIndex((text) => line.test(text));
    return told.slice(at, at + count);
  };
  expect(after(/TypeError at/, 6)).toEqual([
    "  TypeError at cell 1 [code] line 3: Cannot read properties of undefined (reading 'z')",
    "      1 │ const a = 1;",
    "      2 │",
    "    > 3 │ const b = (undefined as unknown as { z: number }).z + a;",
    "        │                                                   ^",
    "      4 │ const c = 2;",
  ]);
  expect(after(/no settings/, 2)).toEqual([
    "  Error at cell 2 [cause] line 4: no settings",
    expect.stringMatching(/^ {4}caused by SyntaxError: /),
  ]);
  expect(told).toContain("  Error at cell [value]: a cell threw { code: 7, why: 'a value' }");
  expect(told.filter((line) => line.startsWith("  print │"))).toEqual([
    "  print │ RangeError: seen",
    expect.stringMatching(/^ {2}print │ {5}at inner, cell 4 line 1, column \d+$/),
    expect.stringMatching(/^ {2}print │ {5}at print, cell 4 line 2, column \d+$/),
    "  print │     at home",
  ]);
  expect(stdout).toMatch(/at f, cell 5 line 1, column \d+ \(\d+ times\)/);
});

test("what a step started and left running ends with it, in the end or when it is over time", async () => {
  const start =
    'import { spawn } from "node:child_process";\nconsole.log("pid", spawn("sleep", ["600"], { stdio: "inherit" }).pid);';
  const notebook = scratchNotebook([
    { id: "left", tag: "step:left", source: start },
    { id: "late", tag: "step:late", source: `${start}\nwhile (true) {}`, options: { timeoutS: 5 } },
  ]);
  const { stdout } = await notebook.run();
  expect(stdout).toMatch(/^✓ left /m);
  expect(stdout).toContain("its time limit of 5 s is over");
  const pids = [...stdout.matchAll(/│ pid (\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(2);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 30_000 });
});

/** A process that ended and was not asked for yet (a zombie) runs no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(join("/proc", String(pid), "stat"), "utf8"));
  } catch {
    return false;
  }
}
