import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { checkStepOptions } from "../../../../kernel-lib/src/notebook/check-step-options.js";
import type { CellOptions } from "../../../../kernel-lib/src/notebook/notebook.js";
import { reasons, type ScratchProgram, scratchProgram, statuses } from "./support/scratch-program.js";

vi.setConfig({ testTimeout: 120_000 });

function oneStep(body: string, options: CellOptions): ScratchProgram {
  return scratchProgram(
    { params: [], steps: [{ name: "only", takes: {}, gives: [], params: [], cells: ["c"], options }] },
    {
      "steps/only.ts": `
import { metric } from "tagline";
import { cell } from "tagline/pipeline";
import { appendFileSync, readFileSync } from "node:fs";
export default async function only() {
  // notebook cell 1 [c] line 1
  cell("c", 1);
${body}
  return {};
}
`,
    },
  );
}

test.each([
  [
    { cache: false, retries: 2, timeoutS: 1.5, memoryMB: 512 },
    { cache: false, retries: 2, timeoutS: 1.5, memoryMB: 512 },
  ],
  [{ cache: "1d" }, { cache: "1d" }],
  [{ cache: "always" }, { cache: "always" }],
  [{ cache: "tomorrow", retries: 1.5, timeoutS: 0, memoryMB: "1" }, {}],
  [{ retries: -1, other: 1 }, {}],
])("checkStepOptions() takes from %j what fits", (metadata, options) => {
  expect(checkStepOptions(metadata).options).toEqual(options);
});

test("a step with retries runs again after a failure, and the run says so", async () => {
  const program = oneStep(
    `  appendFileSync("tries", "x");
  if (readFileSync("tries", "utf8").length < 2) throw new RangeError("not yet");`,
    { retries: 2 },
  );
  const { document, progress } = await program.run();
  expect(statuses(document)).toEqual({ only: "done" });
  expect(document.steps[0]?.attempts).toEqual([{ name: "RangeError", message: "not yet" }]);
  const told = progress.flatMap((news) => (news.kind === "log" ? [news.text] : []));
  expect(told).toEqual(["attempt 1 of 3 failed (RangeError: not yet); again in 1 s"]);
});

test("a step that fails in every attempt fails with its last error", async () => {
  const { document } = await oneStep("  throw new Error('never');", { retries: 1 }).run();
  expect(document.steps[0]).toMatchObject({
    status: "failed",
    error: { message: "never", cellId: "c" },
    attempts: [{ name: "Error", message: "never" }],
  });
});

test("a step that waits for its next attempt is cancelled at once", async () => {
  const cancel = new AbortController();
  const { document } = await oneStep("  throw new Error('never');", { retries: 9 }).run({
    signal: cancel.signal,
    onProgress: (news) => {
      if (news.kind === "log") cancel.abort();
    },
  });
  expect(document).toMatchObject({
    status: "cancelled",
    steps: [{ status: "skipped", reason: "the run was cancelled" }],
  });
});

test("a step above its memory limit is ended", async () => {
  const { document } = await oneStep(
    "  const held = [];\n  for (;;) {\n    held.push(Buffer.alloc(32 << 20, 1));\n    await new Promise((resolve) => setTimeout(resolve, 20));\n  }",
    { memoryMB: 400 },
  ).run();
  expect(document.steps[0]).toMatchObject({ status: "failed", error: { name: "StepDied", cellId: "c" } });
  expect(document.steps[0]?.error?.message).toMatch(/its memory limit of 400 MB is over \(it held \d+ MB\)/);
});

test("a step that reads a URL is not reused, unless its option cache says so", async () => {
  const server = createServer((_request, response) => response.end("7"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = `  await (await fetch("${url}/seven")).text();`;

  const plain = oneStep(body, {});
  await plain.run();
  const again = (await plain.run()).document;
  expect(statuses(again)).toEqual({ only: "done" });
  expect(reasons(again)["only"]).toBe(
    `it reads ${url}, which may say something else now (its option cache can be "1d" or "always")`,
  );

  const always = oneStep(body, { cache: "always" });
  await always.run();
  expect(statuses((await always.run()).document)).toEqual({ only: "cached" });

  let now = Date.UTC(2026, 0, 1);
  const daily = oneStep(body, { cache: "1d" });
  const clock = (): number => now;
  await daily.run({ clock });
  now += 23 * 3_600_000;
  expect(statuses((await daily.run({ clock })).document)).toEqual({ only: "cached" });
  now += 2 * 3_600_000;
  const late = (await daily.run({ clock })).document;
  expect(statuses(late)).toEqual({ only: "done" });
  expect(reasons(late)["only"]).toBe("its result is older than 1d");
});

test("a step whose own code asks the time is not reused; a stop watch, a library and a given date do not count", async () => {
  const timed = oneStep("  console.log(new Date().getFullYear());", {});
  await timed.run();
  const again = (await timed.run()).document;
  expect(reasons(again)["only"]).toBe(
    'it reads the clock, which may say something else now (its option cache can be "1d" or "always")',
  );
  const still = oneStep(
    `  const start = performance.now();
  const day = new Date(0);
  class Later extends Date {}
  if (!(day instanceof Date) || day.constructor !== Date || !(new Later(5) instanceof Later) || Date.UTC(2026) < 1)
    throw new Error("no Date");
  console.log(start, day);`,
    {},
  );
  expect(statuses((await still.run()).document)).toEqual({ only: "done" });
  expect(statuses((await still.run()).document)).toEqual({ only: "cached" });
});

test("a step runs with the environment that its option states", async () => {
  const body = '  metric("threads", Number(process.env["OMP_NUM_THREADS"]));';
  const once = oneStep(body, { environment: { OMP_NUM_THREADS: "2" } });
  const { document } = await once.run();
  expect(document.metrics).toEqual({ threads: 2 });
  expect(statuses((await once.run()).document)).toEqual({ only: "cached" });
});
