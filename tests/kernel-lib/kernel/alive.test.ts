import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KernelClient, resultText, streamText } from "./support/kernel-client.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute("import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'");
});

afterAll(async () => {
  expect(await kernel.stop()).toBe(0);
});

test.each([
  "process.exit(3)",
  "process.abort()",
  "process.kill(process.pid)",
  "process.kill(process.pid, 'SIGKILL')",
  "(process as any).reallyExit(1)",
])("%s ends the cell, not the kernel", async (call) => {
  const { reply } = await kernel.execute(call);
  expect(reply).toMatchObject({
    status: "error",
    ename: "ProcessExit",
    evalue: expect.stringMatching(/^process\..* ends this cell; the kernel goes on\./),
  });
});

test("process.exit in a timer is told below its cell, and the kernel goes on", async () => {
  const answer = await kernel.execute(
    "setTimeout(() => process.exit(1), 5); await new Promise((done) => setTimeout(done, 50)); 'after'",
  );
  expect([resultText(answer), streamText(answer, "stderr")]).toEqual([
    "'after'",
    expect.stringContaining("process.exit(1) ends this cell"),
  ]);
});

test.each([
  ["await new Promise((done) => spawn('sh', ['-c', 'echo ü; echo err >&2'], { stdio: 'inherit' }).on('close', done))"],
  ["spawnSync('sh', ['-c', 'echo ü; echo err >&2'], { stdio: ['ignore', 'inherit', process.stderr] }).status"],
  ["execSync('echo ü; echo err >&2', { stdio: 'inherit' }) ?? 0"],
  ["execFileSync('sh', ['-c', 'echo ü; echo err >&2'], { stdio: 'inherit' }) ?? 0"],
])("what a child process inherits is written below the cell: %s", async (code) => {
  const answer = await kernel.execute(code);
  expect([answer.reply["status"], streamText(answer), streamText(answer, "stderr"), resultText(answer)]).toEqual([
    "ok",
    "ü\n",
    "err\n",
    "0",
  ]);
});

test("a child process that does not inherit keeps its pipes", async () => {
  expect(resultText(await kernel.execute("execSync('echo mine').toString()"))).toBe("'mine\\n'");
  expect(
    resultText(
      await kernel.execute(
        "let heard = ''; const child = spawn('echo', ['piped']); child.stdout.on('data', (text) => heard += text); await new Promise((done) => child.on('close', done)); heard",
      ),
    ),
  ).toBe("'piped\\n'");
});

test("an inherited child that fails throws as in Node, after its output", async () => {
  const answer = await kernel.execute(
    "let status = 0; try { execSync('echo before; exit 3', { stdio: 'inherit' }) } catch (error) { status = error.status } status",
  );
  expect([streamText(answer), resultText(answer)]).toEqual(["before\n", "3"]);
});

test("text of a hundred megabytes is cut, and said to be", async () => {
  const printed = streamText(await kernel.execute("console.log('x'.repeat(100 * 1024 * 1024))"));
  expect(printed.length).toBeLessThan(9 * 1024 * 1024);
  expect(printed.slice(-60)).toContain("[92.0 MB more of this text are not shown]");
});

test("a cell that prints without end is shown 64 MB of it, and the kernel stays small", async () => {
  const answer = await kernel.execute(
    "const line = 'y'.repeat(1024 * 1024); for (let i = 0; i < 200; i++) console.log(line); process.memoryUsage().rss < 1.5e9",
  );
  const printed = streamText(answer);
  expect(printed.length).toBeLessThan(66 * 1024 * 1024);
  expect(printed.slice(-100)).toContain("[this cell printed 64 MB: what it prints from here on is not shown]");
  expect(resultText(answer)).toBe("true");
});

test("names in the global object are known, in the same cell and in later ones", async () => {
  expect(resultText(await kernel.execute("globalThis.shared = 5; shared + 1"))).toBe("6");
  expect(resultText(await kernel.execute("shared + 2"))).toBe("7");
  expect((await kernel.execute("sharde + 2")).reply).toMatchObject({ ename: "TypeScriptError" });
});

test("a blocked kernel still tells what it is on the control channel, and still shuts down", async () => {
  const blocked = await KernelClient.start();
  const id = blocked.send("execute_request", { code: "console.log('on'); while (true) {}" });
  await blocked.until(({ parent, type }) => parent === id && type === "stream");
  expect((await blocked.request("kernel_info_request", {}, "control")).reply).toMatchObject({
    implementation: "tagline",
  });
  expect((await blocked.request("shutdown_request", { restart: true }, "control")).reply).toEqual({
    status: "ok",
    restart: true,
  });
  expect([await blocked.stop(), blocked.serverLog]).toEqual([0, ""]);
});

test("a notebook's own setting lets cells run in spite of type errors; a changed setting counts from the next cell on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-typecheck-"));
  const path = join(folder, "loose.ipynb");
  const save = (tagline: object): void =>
    writeFileSync(path, JSON.stringify({ cells: [], metadata: { tagline }, nbformat: 4, nbformat_minor: 5 }));
  save({ typecheck: false });
  const loose = await KernelClient.start({ folder, env: { JPY_SESSION_NAME: path } });
  expect(resultText(await loose.execute("const size: number = 'large'; size"))).toBe("'large'");
  expect((await loose.execute("const = 1")).reply).toMatchObject({ ename: "SyntaxError" });
  save({ typecheck: true, more: "so that its size differs, too" });
  expect((await loose.execute("const size: number = 'large'")).reply).toMatchObject({ ename: "TypeScriptError" });
  expect(await loose.stop()).toBe(0);
});

test("TAGLINE_TYPECHECK=off does so without a notebook's path; `// @ts-nocheck` does so for one cell", async () => {
  const loose = await KernelClient.start({ env: { TAGLINE_TYPECHECK: "off" } });
  expect(resultText(await loose.execute("const size: number = 'large'; size"))).toBe("'large'");
  expect(await loose.stop()).toBe(0);
  expect(resultText(await kernel.execute("// @ts-nocheck\nconst size: number = 'large'; size"))).toBe("'large'");
});

test("errors that a cell prints, and traces, have its own lines and none of ours", async () => {
  const answer = await kernel.execute(
    "// first\nconsole.error(new Error('shown'))\nconsole.trace('traced')\nconsole.log({ inside: new Error('kept') })",
  );
  const count = answer.reply["execution_count"];
  expect(streamText(answer, "stderr")).toBe(
    `Error: shown\n    at cell [${count}]:2:15\nTrace: traced\n    at cell [${count}]:3:9\n`,
  );
  expect(streamText(answer)).toBe(`{\n  inside: Error: kept\n      at cell [${count}]:4:23\n}\n`);
});

test("a deep stack is shortened, and the cell's line is found below a deep library", async () => {
  const { reply } = await kernel.execute(
    "function down(n: number): number { if (n === 0) throw new Error('deep'); return down(n - 1) }\ndown(40)",
  );
  const traceback = reply["traceback"] as string[];
  expect(traceback).toContain("    … 22 more");
  expect(traceback.join("\n")).toMatch(new RegExp(`^ {4}at cell \\[${reply["execution_count"]}\\]:2:\\d+$`, "m"));
});

test("an AggregateError tells each of its errors", async () => {
  const { reply } = await kernel.execute("throw new AggregateError([new TypeError('a'), 'b'], 'many')");
  expect(reply["traceback"]).toEqual(
    expect.arrayContaining(["one of its errors: TypeError: a", "one of its errors: 'b'"]),
  );
});

test.each([
  ["import fss from 'node:fss'", 'Did you mean "node:fs"?'],
  ["import { x } from 'child-process'", 'Or did you mean "node:child_process"?'],
  ["import { x } from '@scope/missing/sub'", "npm install @scope/missing"],
  ["import { x } from 'arquero/nosuch'", "the package arquero is installed, and has no such file"],
])("%s says what to do", async (code, advice) => {
  const { reply } = await kernel.execute(code);
  expect(reply).toMatchObject({ status: "error", evalue: expect.stringContaining(advice) });
});

test("errors in a TypeScript file beside the notebook have its path, line and column, before and after it changes", async () => {
  const path = join(kernel.folder, "own helper.ts");
  writeFileSync(
    path,
    "export interface Row { a: number }\n\nexport function fail(): never {\n  throw new Error('in helper')\n}\n",
  );
  const thrown = await kernel.execute("import { fail } from './own helper'\nfail()");
  expect(thrown.reply["traceback"]).toEqual(expect.arrayContaining([`    at fail (${path}:4:9)`]));
  writeFileSync(path, "export const x = 1\nexport const fail: number = ;\n");
  const wrong = await kernel.execute("import { fail } from './own helper'\nfail");
  expect(wrong.reply).toMatchObject({
    ename: "SyntaxError",
    evalue: `Cannot import ${path}:2:29: Expression expected.`,
  });
  writeFileSync(path, "export const fail = 'mended'\n");
  expect(resultText(await kernel.execute("import { fail } from './own helper'\nfail"))).toBe("'mended'");
});

test(".mts and .cts files are imported as .ts ones are", async () => {
  writeFileSync(join(kernel.folder, "m.mts"), "export const m: number = 1");
  writeFileSync(join(kernel.folder, "c.cts"), "export const c: number = 2");
  expect(resultText(await kernel.execute("import { m } from './m.mts'\nimport { c } from './c.cts'\nm + c"))).toBe("3");
});

test("10,000 lines of one synchronous loop arrive while it runs, and an interrupt then lands with the variables kept", async () => {
  const id = kernel.send("execute_request", {
    code: `let printed = 0;
      for (; printed < 10_000; printed += 1) console.log("line", printed);
      const since = Date.now();
      while (true) { if (Date.now() - since > 600_000) break; }`,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  });
  const text = (): string =>
    kernel.log
      .filter(({ type, parent }) => type === "stream" && parent === id)
      .map(({ content }) => content["text"])
      .join("");
  await kernel.until(() => text().endsWith("line 9999\n"));
  // The loop behind them goes on: nothing has been answered yet.
  expect(kernel.log.some(({ channel, parent }) => channel === "shell" && parent === id)).toBe(false);
  expect(text()).toBe(Array.from({ length: 10_000 }, (_, index) => `line ${index}\n`).join(""));
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.answer(id)).reply).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(resultText(await kernel.execute("printed"))).toBe("10000");
});
