import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SuggestDocument } from "../../kernel-lib/src/cli/suggest.js";
import type { TraceDocument } from "../../kernel-lib/src/cli/trace/trace.js";
import type { ExportDocument } from "../../kernel-lib/src/export/index.js";
import type { RunDocument } from "../../kernel-lib/src/pipeline/run/run-document.js";
import type { VerifyDocument } from "../../kernel-lib/src/pipeline/run/verify/verify-document.js";
import { type HardFolder, hardNotebooks, openHardFolder } from "../notebooks/support/hard-notebooks.js";
import expected from "../notebooks-fixtures/hard/metrics.json" with { type: "json" };

/** What the kernel cannot run although the pipeline can: cells that are skipped in it. */
const FAILS_IN_KERNEL: Readonly<Record<string, readonly string[]>> = { "messy-file": ["cell-5"] };
const metrics: Readonly<Record<string, unknown>> = expected;

let hard: HardFolder;
beforeAll(async () => {
  hard = await openHardFolder();
});
afterAll(() => hard.remove());

describe.each(hardNotebooks)("%s", (name) => {
  test("gives its known metrics in a kernel, from top to bottom", async () => {
    const { document: reports } = await hard.tagline<TraceDocument>("trace", name);
    expect(reports.filter(({ error }) => error !== null).map(({ cell }) => cell)).toEqual(FAILS_IN_KERNEL[name] ?? []);
    const points = reports.flatMap((report) => report.metrics);
    expect(Object.fromEntries(points.map((one) => [one.name, one.value]))).toEqual(metrics[name]);
  });

  test("is the same when it runs again, and can be exported without its secrets", async () => {
    const { document } = await hard.tagline<VerifyDocument>("verify", name);
    expect(document.first).toBeNull();
    expect(document.values.filter(({ lastRun }) => lastRun.verdict !== "same")).toEqual([]);
    const out = join(hard.path, `export-${name}`);
    const { document: exported, code } = await hard.tagline<ExportDocument>(
      "export",
      name,
      "--to",
      "node",
      "--out",
      out,
    );
    expect(exported.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(code).toBe(0);
    expect(existsSync(join(out, "package.json"))).toBe(true);
    for (const file of exported.files)
      expect(readFileSync(join(out, file), "utf8"), file).not.toContain("a-token-of-ours");
  });

  test("without its tags, gets steps by suggest --write that give the same metrics", async () => {
    const untagged = `untagged-${name}`;
    const path = join(hard.path, `${untagged}.ipynb`);
    const file = JSON.parse(readFileSync(join(hard.path, `${name}.ipynb`), "utf8"));
    for (const cell of file.cells) delete cell.metadata.tags;
    writeFileSync(path, JSON.stringify(file, null, 1));
    const { document: first } = await hard.tagline<SuggestDocument>("suggest", untagged, "--write");
    expect([first.written, first.steps.length > 0]).toEqual([true, true]);
    const { document: again } = await hard.tagline<SuggestDocument>("suggest", untagged);
    expect(again.changes).toBe(0);
    const { document, told } = await hard.tagline<RunDocument>("run", untagged);
    expect(
      document.steps.flatMap(({ error }) => error ?? []),
      told,
    ).toEqual([]);
    expect(document.metrics).toEqual(metrics[name]);
  });
});
