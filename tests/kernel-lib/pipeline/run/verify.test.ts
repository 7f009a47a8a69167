import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import type { VerifyDocument } from "../../../../kernel-lib/dist/pipeline/run/verify/verify-document.js";
import { execute } from "../../cli/support.js";
import { KernelClient } from "../../kernel/support/kernel-client.js";
import { type ScratchCell, type ScratchNotebook, scratchNotebook } from "./support/scratch-notebook.js";

vi.setConfig({ testTimeout: 240_000 });

const bin = fileURLToPath(new URL("../../../../kernel-lib/bin/tagline.js", import.meta.url));

async function verify(
  { folder }: ScratchNotebook,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly document: VerifyDocument; readonly code: number | null }> {
  const { stdout, stderr, code } = await execute(process.execPath, [bin, "verify", "nb.ipynb", "--json"], folder, {
    ...process.env,
    ...env,
  });
  if (stdout === "") throw new Error(`Cannot read what verify says: ${stderr}`);
  return { document: JSON.parse(stdout), code };
}

/** Runs code in the real kernel as a front end does: the cell, or other code under its id. */
async function inSession({ folder }: ScratchNotebook, cells: readonly ScratchCell[]): Promise<void> {
  const kernel = await KernelClient.start({
    folder,
    env: { TAGLINE_PROJECT: folder, JPY_SESSION_NAME: `${realpathSync(folder)}/nb.ipynb` },
  });
  for (const { id, tag, source } of cells) {
    const { reply } = await kernel.execute(source, { cellId: id, tags: tag === "" ? [] : [tag] });
    expect(reply).toMatchObject({ status: "ok" });
  }
  await kernel.stop();
}

const CELLS: readonly ScratchCell[] = [
  { id: "setup", tag: "setup", source: 'import { metric } from "tagline";' },
  { id: "load", tag: "step:load", source: "const rows = [1, 2, 3].map((n) => ({ n, square: n * n }));" },
  {
    id: "fit",
    tag: "step:fit",
    source: "\nconst mean = rows.reduce((sum, row) => sum + row.square, 0) / rows.length;",
  },
  { id: "tell", tag: "step:tell", source: 'metric("mean", mean);\nmetric("draw", Math.random());' },
];

/** `load rows: same unknown` of each value: session, then last run. */
function verdicts({ values }: VerifyDocument): string[] {
  return values.map(({ step, name, session, lastRun }) => `${step} ${name}: ${session.verdict} ${lastRun.verdict}`);
}

test("verify says of a notebook that ran from top to bottom that all is the same, random numbers included", async () => {
  const notebook = scratchNotebook(CELLS);
  await inSession(notebook, CELLS);
  const { document, code } = await verify(notebook);
  expect(verdicts(document)).toEqual([
    "load rows: same unknown",
    "fit mean: same unknown",
    "tell mean: same unknown",
    "tell draw: same unknown",
  ]);
  expect(document).toMatchObject({ verdict: "same", ranTwice: false, lastRun: null, first: null, unrepeatable: [] });
  expect(code).toBe(0);
  const again = await verify(notebook);
  expect(verdicts(again.document).every((line) => line.endsWith(": same same"))).toBe(true);
  expect(again.document.lastRun).toBe(document.run);
});

test("verify names the first step that differs from the session, the column, and the hidden state behind it", async () => {
  const notebook = scratchNotebook(CELLS);
  const [setup, load, fit, tell] = CELLS as [ScratchCell, ScratchCell, ScratchCell, ScratchCell];
  // A cell that is gone since changed the rows before the rest ran; the step's own cell ran again with other code.
  const edited = { ...load, source: "const rows = [1, 2, 3].map((n) => ({ n, square: n * n + 1 }));" };
  await inSession(notebook, [setup, edited, fit, tell]);
  const { document, code } = await verify(notebook);
  expect(code).toBe(1);
  expect(document.verdict).toBe("differs");
  expect(document.first).toEqual({
    against: "session",
    kind: "artifact",
    step: "load",
    name: "rows",
    cellId: "load",
    line: 1,
    difference: 'column "square" differs',
    because: ["its cell was edited since it ran in the session"],
  });
  expect(document.values[1]).toMatchObject({
    step: "fit",
    name: "mean",
    line: 2,
    session: { verdict: "differs", difference: "5.666666666666667 before, 4.666666666666667 now" },
  });
});

test("verify vouches for nothing that another cell changed since", async () => {
  const notebook = scratchNotebook(CELLS);
  await inSession(notebook, [...CELLS, { id: "gone", tag: "", source: "rows.push({ n: 9, square: 9 });" }]);
  const { document, code } = await verify(notebook);
  expect(document.values[0]?.session).toEqual({
    verdict: "unknown",
    why: "a cell that is gone (it ran as [5]) changed it since",
  });
  expect(document.values[1]?.session).toEqual({ verdict: "same" });
  expect(code).toBe(0);
});

test("verify runs twice where there is nothing to compare with, and tells what reads the clock or chance", async () => {
  const notebook = scratchNotebook([
    {
      id: "setup",
      tag: "setup",
      source: 'import { metric } from "tagline";\nimport { randomUUID } from "node:crypto";',
    },
    {
      id: "a",
      tag: "step:stamp",
      source: "const one = 1;\nconst stamp = Date.now() + Number(process.hrtime.bigint() % 1000n);",
    },
    { id: "b", tag: "step:use", source: "const age = stamp + one;\nconst id = randomUUID();" },
    {
      id: "c",
      tag: "step:end",
      source: 'metric("size", String(age).length + id.length);\nmetric("draw", Math.random());',
    },
  ]);
  const { document, code } = await verify(notebook, { TAGLINE_SEED: "off" });
  expect(code).toBe(1);
  expect(document.ranTwice).toBe(true);
  expect(document.first).toMatchObject({ against: "lastRun", step: "stamp", name: "stamp", cellId: "a", line: 2 });
  expect(document.unrepeatable).toEqual([
    { step: "stamp", call: "Date.now()", cellId: "a", line: 2, reaches: ["stamp", "age", "id", "draw"] },
    { step: "use", call: "randomUUID()", cellId: "b", line: 2, reaches: ["age", "id", "draw"] },
    { step: "end", call: "Math.random() without a seed", cellId: "c", line: 2, reaches: ["draw"] },
  ]);
});

test("a model that is trained twice on one backend has the same bytes", async () => {
  const notebook = scratchNotebook([
    { id: "setup", tag: "setup", source: 'import * as tf from "@tensorflow/tfjs";\nimport { metric } from "tagline";' },
    {
      id: "data",
      tag: "step:data",
      source: "const xs = Array.from({ length: 64 }, () => [Math.random(), Math.random()]);",
    },
    {
      id: "train",
      tag: "step:train",
      source: `const net = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 4, activation: "relu" }), tf.layers.dense({ units: 1 })] });
net.compile({ optimizer: "adam", loss: "meanSquaredError" });
await net.fit(tf.tensor2d(xs), tf.tensor2d(xs.map(([a = 0, b = 0]) => [a * b])), { epochs: 3, shuffle: true });`,
    },
    {
      id: "score",
      tag: "step:score",
      source: 'metric("first", (net.predict(tf.tensor2d(xs)) as tf.Tensor).dataSync()[0] ?? 0);',
    },
  ]);
  const { document, code } = await verify(notebook);
  expect(verdicts(document)).toEqual(["data xs: unknown same", "train net: unknown same", "score first: unknown same"]);
  expect(document).toMatchObject({ verdict: "same", ranTwice: true, unrepeatable: [] });
  expect(code).toBe(0);
});
