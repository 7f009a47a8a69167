import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reasons, type ScratchProgram, scratchProgram, statuses } from "./support/scratch-program.js";

/** Three steps: `bad` with this body, `after` that takes its value, and `apart`, which has nothing to do with them. */
function withBadStep(body: string): ScratchProgram {
  const step = (name: string, inside: string): string => `
import { cell } from "tagline/pipeline";
export default async function ${name}(inputs: any) {
  // notebook cell 4 [c-${name}] line 1
  cell("c-${name}", 1);
${inside}
}
`;
  return scratchProgram(
    {
      params: [],
      steps: [
        { name: "bad", takes: {}, gives: ["x"], params: [], cells: ["c-bad"] },
        { name: "after", takes: { x: "bad" }, gives: [], params: [], cells: ["c-after"] },
        { name: "apart", takes: {}, gives: [], params: [], cells: ["c-apart"] },
      ],
    },
    {
      "steps/bad.ts": step("bad", body),
      "steps/after.ts": step("after", "  return {};"),
      "steps/apart.ts": step("apart", "  return {};"),
    },
  );
}

test("a step that throws fails with its cell and line, what needs it is skipped, the rest goes on", async () => {
  const program = withBadStep(`  const rows: { a?: { b: number } }[] = [{}];
  const x = rows.map((row) => row.a!.b);
  return { x };`);
  const { document } = await program.run();
  expect(document.status).toBe("failed");
  expect(statuses(document)).toEqual({ bad: "failed", after: "skipped", apart: "done" });
  expect(reasons(document)["after"]).toBe("step bad failed");
  const error = document.steps[0]?.error;
  expect(error).toMatchObject({
    name: "TypeError",
    message: "Cannot read properties of undefined (reading 'b')",
    cellId: "c-bad",
    line: 3,
    column: 36,
  });
  expect(error?.stack[0]).toMatch(/^cell 4 line 3, column 36$/);
});

test("a failed step is not reused, and says so when it runs again", async () => {
  const program = withBadStep("  throw new RangeError('no');");
  await program.run();
  const again = await program.run();
  expect(statuses(again.document)).toEqual({ bad: "failed", after: "skipped", apart: "cached" });
  expect(reasons(again.document)["bad"]).toBe("its last run did not finish");
});

test("a step may throw anything", async () => {
  const { document } = await withBadStep("  throw { code: 7 };").run();
  expect(document.steps[0]?.error).toMatchObject({ name: "Error", cellId: "c-bad", line: null });
});

test("a rejection that nobody awaits fails the step", async () => {
  const { document } = await withBadStep(
    "  void Promise.reject(new Error('lost'));\n  await new Promise((resolve) => setTimeout(resolve, 1000));\n  return { x: 1 };",
  ).run();
  expect(document.steps[0]).toMatchObject({ status: "failed", error: { message: "lost", cellId: "c-bad", line: 2 } });
});

test("a step that ends its own process fails with a sentence", async () => {
  const { document } = await withBadStep("  process.exit(3);").run();
  expect(document.steps[0]?.error).toMatchObject({ name: "StepDied", cellId: "c-bad" });
  expect(document.steps[0]?.error?.message).toContain("its process ended with exit code 3 before the step returned");
  expect(statuses(document)).toEqual({ bad: "failed", after: "skipped", apart: "done" });
});

test("a step that is killed fails with a sentence", async () => {
  const { document } = await withBadStep(
    "  process.kill(process.pid, 'SIGKILL');\n  await new Promise(() => {});",
  ).run();
  expect(document.steps[0]?.error?.message).toContain("was killed (SIGKILL)");
});

test("a step that awaits what never happens fails instead of hanging", async () => {
  const { document } = await withBadStep("  await new Promise(() => {});\n  return { x: 1 };").run();
  expect(document.steps[0]?.error?.message).toContain("awaits something that never happens");
});

test("a step past its time limit is ended", async () => {
  const program = scratchProgram(
    { params: [], steps: [{ name: "slow", takes: {}, gives: [], params: [], cells: [], options: { timeoutS: 0.5 } }] },
    { "steps/slow.ts": "export default async function slow() { for (;;); }" },
  );
  const { document } = await program.run();
  expect(document.steps[0]?.error?.message).toBe("Cannot finish the step: its time limit of 0.5 s is over");
});

test("a value that cannot be stored fails its step with the way out", async () => {
  const { document } = await withBadStep("  return { x: { f: () => 1 } };").run();
  expect(document.steps[0]?.error?.message).toContain("Cannot store x.f");
});

test("an input that changed in place, unplanned, fails its step if a later step takes it", async () => {
  const program = scratchProgram(
    {
      params: [],
      steps: [
        { name: "make", takes: {}, gives: ["rows"], params: [], cells: ["c1"] },
        { name: "sneaky", takes: { rows: "make" }, gives: [], params: [], cells: ["c2"] },
        { name: "later", takes: { rows: "make" }, gives: [], params: [], cells: ["c3"] },
      ],
    },
    {
      "steps/make.ts": "export default async function make() { return { rows: [3, 1, 2] }; }",
      "steps/sneaky.ts":
        "export default async function sneaky({ rows }) { (0, eval)('(r) => r.sort()')(rows); return {}; }",
      "steps/later.ts": "export default async function later() { return {}; }",
    },
  );
  const { document } = await program.run({ concurrency: 1 });
  expect(document.steps[1]).toMatchObject({ name: "sneaky", status: "failed", error: { name: "ChangedInput" } });
  expect(document.steps[1]?.error?.message).toContain('Step sneaky changes "rows" in place');
  expect(document.diagnostics).toMatchObject([{ code: "TL050", severity: "error", cellId: "c2" }]);
});

test("cancelling ends the running step at once, and the rest does not start", async () => {
  const program = withBadStep("  console.log('busy');\n  for (;;);");
  const cancel = new AbortController();
  const { document } = await program.run({
    signal: cancel.signal,
    concurrency: 1,
    onProgress: (news) => {
      if (news.kind === "log" && news.text === "busy") cancel.abort();
    },
  });
  expect(document.status).toBe("cancelled");
  expect(statuses(document)).toEqual({ bad: "skipped", after: "skipped", apart: "skipped" });
  expect(reasons(document)["bad"]).toBe("the run was cancelled");
});

test("a step that fails keeps what it was given, for people to look at", async () => {
  const step = (name: string, body: string): string =>
    `import { cell } from "tagline/pipeline";\nexport default async function ${name}(inputs: any) {\n  // notebook cell 1 [c-${name}] line 1\n  cell("c-${name}", 1);\n${body}\n}\n`;
  const program = scratchProgram(
    {
      params: [{ name: "units", type: "number", default: 4, cell: "p" }],
      steps: [
        { name: "load", takes: {}, gives: ["rows"], params: [], cells: ["c-load"] },
        { name: "bad", takes: { rows: "load" }, gives: [], params: ["units"], cells: ["c-bad"] },
      ],
    },
    {
      "steps/load.ts": step("load", "  return { rows: new Map([['a', [1, 2]]]) };"),
      "steps/bad.ts": step("bad", "  throw new Error('no');"),
    },
  );
  const { document } = await program.run();
  const folder = `.tagline/runs/${document.run}/failed/bad`;
  expect(document.steps[1]).toMatchObject({ status: "failed", inputs: folder });
  const [rows] = document.steps[0]?.outputs ?? [];
  const kept = JSON.parse(readFileSync(join(program.folder, folder, "inputs.json"), "utf8"));
  expect(kept).toMatchObject({
    step: "bad",
    cells: ["c-bad"],
    params: { units: 4 },
    inputs: [{ name: "rows", from: "load", hash: rows?.hash }],
    error: { message: "no", cellId: "c-bad" },
  });
  expect(existsSync(join(program.folder, kept.inputs[0].object))).toBe(true);
  expect(readFileSync(join(program.folder, folder, "rows.txt"), "utf8")).toBe("Map(1) { 'a' => [ 1, 2 ] }\n");
});
