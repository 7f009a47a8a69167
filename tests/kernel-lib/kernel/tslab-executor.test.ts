import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { CellExecutor } from "../../../kernel-lib/src/kernel/cell-executor.js";
import { toTslabExecutor } from "../../../kernel-lib/src/kernel/tslab-executor.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What is used of tslab's `JupyterHandlerImpl`. */
interface TslabHandler {
  handleExecute(
    request: object,
    writeStream: (name: string, text: string) => void,
    writeDisplay: () => void,
  ): Promise<{ status: string; execution_count: number }>;
  handleComplete(request: object): unknown;
  handleInspect(request: object): unknown;
  close(): void;
}

// tslab's own handler, with its TypeScript fork, drives our executor and our compiler.
let handler: TslabHandler;
const writes = { stdout: process.stdout.write, stderr: process.stderr.write };

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-tslab-"));
  const {
    JupyterHandlerImpl: Handler,
  }: { JupyterHandlerImpl: new (executor: unknown, isJs: boolean) => TslabHandler } = createRequire(
    new URL("../../../kernel-lib/package.json", import.meta.url),
  )("tslab/dist/jupyter.js");
  handler = new Handler(toTslabExecutor(new CellExecutor({ folder, compiler: createCellCompiler({ folder }) })), false);
});

afterAll(() => {
  handler.close();
  // tslab's handler leaves its own in place.
  process.stdout.write = writes.stdout;
  process.stderr.write = writes.stderr;
});

async function execute(code: string): Promise<{ status: string; count: number; text: string }> {
  let text = "";
  const request = { code, silent: false, store_history: true, user_expressions: {} };
  const { status, execution_count } = await handler.handleExecute(
    request,
    (_, chunk) => (text += chunk),
    () => {},
  );
  return { status, count: execution_count, text };
}

test("tslab's handler runs cells by our executor, and names go from cell to cell", async () => {
  expect(await execute("const x: number = 20")).toEqual({ status: "ok", count: 1, text: "" });
  expect(await execute("x + 1")).toEqual({ status: "ok", count: 2, text: "21\n" });
});

test("tslab's handler tells of errors, before and while a cell runs", async () => {
  const wrong = await execute("const text: string = 5");
  expect([wrong.status, wrong.text]).toEqual([
    "error",
    expect.stringContaining("Type 'number' is not assignable to type 'string'"),
  ]);
  // After an error tslab drops what is sent within 200 ms.
  await vi.waitFor(async () => expect((await execute("1")).status).toBe("ok"), { timeout: 5000 });
  const thrown = await execute("throw new RangeError('too far')");
  expect([thrown.status, thrown.text]).toEqual([
    "error",
    expect.stringMatching(/RangeError.*too far[\s\S]*cell \[\d+\]:1:7/),
  ]);
});

test("tslab's handler completes and inspects by our compiler", () => {
  expect(handler.handleComplete({ code: "Math.flo", cursor_pos: 8 })).toMatchObject({
    status: "ok",
    cursor_start: 5,
    cursor_end: 8,
    matches: expect.arrayContaining(["floor"]),
  });
  expect(handler.handleInspect({ code: "parseFloat", cursor_pos: 3, detail_level: 0 })).toMatchObject({
    found: true,
    data: { "text/plain": expect.stringContaining("parseFloat") },
  });
});
