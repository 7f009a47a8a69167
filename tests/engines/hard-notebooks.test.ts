import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TraceDocument } from "../../kernel-lib/src/cli/trace/trace.js";
import type { ExportDocument } from "../../kernel-lib/src/export/index.js";
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
});
