import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { CellTrace } from "../../../kernel-lib/src/lineage/cell-trace.js";
import type { RunStarted } from "../../../kernel-lib/src/lineage/events.js";
import { openLog } from "../../../kernel-lib/src/lineage/open-log.js";
import { createReport } from "../../../kernel-lib/src/report/index.js";

const HASH = "ab".repeat(32);
const AT = "2026-11-24T06:00:00.000Z";

function newProject(): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "tagline-report-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

function trace(cellId: string, more: Partial<CellTrace> = {}): CellTrace {
  return {
    cellId,
    sourceHash: HASH,
    canonicalHash: HASH,
    startedAt: AT,
    durationMs: 5,
    cpuMs: 4,
    peakMemoryBytes: 1e7,
    reads: [],
    writes: [],
    mutates: [],
    files: [],
    params: [],
    metrics: [],
    tables: [],
    fits: [],
    error: null,
    ...more,
  };
}

function started(run: string, runKind: RunStarted["runKind"], notebook: string | null): RunStarted {
  const environment = { node: "v20.0.0", tagline: "0.1.0", os: "linux", gitCommit: "c0ffee".repeat(6), gitDirty: true };
  return { kind: "run.started", run, runKind, notebook, at: AT, params: {}, environment };
}

/** A run with one step that failed after it showed hostile things. */
async function failedRun(root: string): Promise<string> {
  const run = "01HOSTILE0000000000000000A";
  const log = openLog(root);
  const error = { name: "RangeError", message: "<b>too large</b>", line: 2, column: 1, stack: [] };
  const cells = [
    trace("c1", {
      files: [{ path: join(root, "data.csv"), mode: "read", sha256: HASH, bytes: 1234 }],
      params: [{ name: "units", value: 32, default: 16, min: 8, description: "width & height" }],
      metrics: [{ name: "accuracy", value: 0.98765, at: AT }],
      error,
    }),
  ];
  log.append([
    started(run, "pipeline", "a.ipynb"),
    {
      kind: "step.finished",
      run,
      step: "load",
      status: "failed",
      at: AT,
      durationMs: 1200,
      key: HASH,
      inputs: [],
      outputs: [],
      cells,
      cachedFrom: null,
      error: { name: error.name, message: error.message, cellId: "c1", line: 2 },
    },
    { kind: "run.finished", run, status: "failed", at: AT, durationMs: 1500 },
  ]);
  await log.close();
  const folder = join(root, ".tagline", "runs", run);
  mkdirSync(join(folder, "outputs"), { recursive: true });
  const display = (data: Record<string, unknown>) => ({ kind: "display", cellId: "c1", data, metadata: {} });
  writeFileSync(
    join(folder, "outputs", "load.json"),
    JSON.stringify([
      { kind: "stream", cellId: "c1", name: "stdout", text: "\u001b[31mred\u001b[0m <script>alert(1)</script>" },
      display({ "text/html": "<p>fine<script>alert(2)</script></p>" }),
      display({ "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(3)'/>" }),
      display({
        "application/vnd.vegalite.v5+json": { mark: "bar", data: { url: "https://example.org/x.json" }, encoding: {} },
      }),
    ]),
  );
  const cell = (cell_type: string, id: string, source: string, tags: string[] = []) => ({
    cell_type,
    id,
    source,
    metadata: { tags },
    outputs: [],
  });
  writeFileSync(
    join(folder, "notebook.ipynb"),
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { language: "typescript" } },
      cells: [
        cell("markdown", "m1", "# A & B\n\nSee ![plot](https://example.org/p.png) <img src=x onerror=alert(4)>"),
        cell("code", "c1", "const x = 1 < 2; // <script>", ["step:load"]),
      ],
    }),
  );
  return run;
}

test("createReport() tells all of a run, and lets nothing that it shows act", async () => {
  const root = newProject();
  const run = await failedRun(root);
  const { html, summary } = await createReport({ root, run: "latest" });
  expect(summary).toMatchObject({ run, kind: "pipeline", notebook: "a.ipynb", status: "failed", title: "A & B" });
  expect(summary.warnings).toEqual([
    "An image is not in the report: it is on the network (https://example.org/p.png)",
    "An image is not in the report: there is no file x",
    expect.stringContaining("A chart could not be drawn"),
  ]);
  expect(html).not.toMatch(/<script|<[^>]*\son\w+\s*=|<b>too/);
  expect(html).toContain("<h1>A &amp; B</h1>");
  expect(html).toContain("&lt;b&gt;too large&lt;/b&gt;");
  expect(html).toContain("red &lt;script&gt;");
  expect(html).toContain('src="data:image/svg+xml;base64,');
  expect(html).toContain("0.9877");
  expect(html).toContain(`npx tagline run a.ipynb -p units=32`);
  expect(html).toContain(`git checkout ${"c0ffee".repeat(6)}   # files differed from it`);
  expect(html).toContain(HASH);
  expect(html).toMatch(/default-src 'none'|default-src &#39;none&#39;/);
});

test("createReport() reports a session from the log and the outputs that its notebook saved", async () => {
  const root = newProject();
  const log = openLog(root);
  const run = "01SESSI0N00000000000000000";
  log.append([
    started(run, "session", "s.ipynb"),
    { kind: "cell.finished", run, count: 1, trace: trace("c1", { metrics: [{ name: "rows", value: 3, at: AT }] }) },
  ]);
  await log.close();
  const output = { output_type: "execute_result", data: { "text/plain": ["three ", "rows"] }, metadata: {} };
  writeFileSync(
    join(root, "s.ipynb"),
    JSON.stringify({
      nbformat: 4,
      metadata: {},
      cells: [{ cell_type: "code", id: "c1", source: "edited since", metadata: {}, outputs: [output] }],
    }),
  );
  const { html, summary } = await createReport({ root, run: run.slice(0, 8).toLowerCase() });
  expect(summary).toMatchObject({ kind: "session", title: "s.ipynb", metrics: { rows: 3 } });
  expect(summary.warnings[0]).toContain("One cell that ran was edited or deleted since");
  expect(summary.warnings[1]).toContain("outputs are those that were saved in the notebook");
  expect(html).toContain("three rows");
});

test("createReport() says in a sentence which run it did not find", async () => {
  const root = newProject();
  await expect(createReport({ root, run: "latest" })).rejects.toThrow(
    `Cannot report latest: there is no run in ${root} yet.`,
  );
  const run = await failedRun(root);
  await expect(createReport({ root, run: `${run.slice(0, -1)}B` })).rejects.toThrow(`Did you mean run:${run}?`);
  await expect(createReport({ root, run: "01ZZZZZZZZ" })).rejects.toThrow(
    `The newest are run:${run}; see: tagline runs`,
  );
  await expect(createReport({ root, run: "latest", notebook: join(root, "other.ipynb") })).rejects.toThrow(
    "there is no run of other.ipynb",
  );
});
