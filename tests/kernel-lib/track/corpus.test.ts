import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { capturesNothing } from "../../../kernel-lib/src/analyze/captures-nothing.js";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { originalText } from "../../../kernel-lib/src/analyze/original-text.js";
import { CellExecutor } from "../../../kernel-lib/src/kernel/cell-executor.js";
import { ProcessExit } from "../../../kernel-lib/src/kernel/stops.js";
import { patchFunctionText } from "../../../kernel-lib/src/track/function-text.js";
import { setCaptureTest } from "../../../kernel-lib/src/track/hidden-behind.js";
import { patchProxies } from "../../../kernel-lib/src/track/proxy-targets.js";
import { patchWeakCollections } from "../../../kernel-lib/src/track/weak-versions.js";
import { type ExpectedCell, readCorpus } from "./read-corpus.js";

// The first cell loads TypeScript's libraries.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-corpus-"));
const compiler = createCellCompiler({ folder });
patchFunctionText(originalText);
setCaptureTest(capturesNothing);
patchProxies();
patchWeakCollections();
// As the kernel has it; the test runner's own process goes on.
const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
  throw new ProcessExit(Number(code ?? 0));
});

afterAll(() => {
  exit.mockRestore();
  rmSync(folder, { recursive: true, force: true });
});

const quiet = { stream: () => {}, display: () => {} };

test.each(readCorpus().map(({ name, cells }) => [name, cells] as const))("%s", async (_name, cells) => {
  const executor = new CellExecutor({ folder, compiler });
  const observed: ExpectedCell[] = [];
  for (const [index, { code }] of cells.entries()) {
    const request = { code, cellId: `c${index}`, tags: [], label: `cell [${index + 1}]`, output: quiet };
    const { trace, failure } = await executor.execute(request);
    const { reads, writes, mutates } = trace ?? { reads: [], writes: [], mutates: [] };
    observed.push({ code, reads, writes, mutates, error: failure?.ename ?? null });
  }
  expect(observed).toEqual(cells);
});
