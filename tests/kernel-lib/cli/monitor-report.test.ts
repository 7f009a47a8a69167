import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { sketchReference } from "../../../kernel-lib/src/data/index.js";
import { readLog } from "../../../kernel-lib/src/lineage/index.js";
import { registerVersion } from "../../../kernel-lib/src/registry/index.js";
import { draftOf } from "../registry/draft.js";
import { copyFixtures, scratchFolder, tagline } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

const penguins = new URL("../../../notebooks/data/penguins.json", import.meta.url);

test("tagline monitor list and models show tell of the last check of a model", async () => {
  const folder = scratchFolder();
  const rows = Array.from({ length: 100 }, (_, index) => ({ mass: 3000 + index }));
  const draft = await draftOf(folder, {}, { reference: sketchReference(rows) });
  await registerVersion(folder, draft);
  expect((await tagline(folder, "monitor", "list")).stdout).toContain("No model was checked for drift yet.");
  writeFileSync(join(folder, "rows.json"), JSON.stringify(rows));
  writeFileSync(join(folder, "heavy.json"), JSON.stringify(rows.map(({ mass }) => ({ mass: mass * 2 }))));
  for (const file of ["heavy.json", "rows.json"])
    await tagline(folder, "monitor", "check", "--model", "penguins", "--current", file);
  expect((await tagline(folder, "monitor", "list")).stdout).toMatch(
    /^penguins@1 .* rows\.json +100 +no drift in 1 feature$/m,
  );
  expect((await tagline(folder, "models", "show", "penguins")).stdout).toMatch(
    /^drift +no drift in 1 feature, rows\.json, /m,
  );
  await tagline(folder, "monitor", "check", "--model", "penguins@1", "--current", "heavy.json");
  const { checks } = JSON.parse((await tagline(folder, "monitor", "list", "--json")).stdout);
  expect(checks).toMatchObject([{ model: "penguins", features: [{ name: "mass", drifted: true }] }]);
  expect((await tagline(folder, "monitor", "list")).stdout).toContain("drift in mass");
});

test("tagline monitor check exits 0 without drift and 1 with it, and logs both", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, ".tagline"));
  const rows: Record<string, unknown>[] = JSON.parse(readFileSync(penguins, "utf8"));
  const mass = "Body Mass (g)";
  const heavy = rows.map((row) => ({ ...row, [mass]: row[mass] === null ? null : Number(row[mass]) * 1.3 }));
  writeFileSync(join(folder, "penguins.json"), JSON.stringify(rows));
  writeFileSync(join(folder, "heavy.jsonl"), heavy.map((row) => JSON.stringify(row)).join("\n"));
  const names = Object.keys(rows[0] ?? {});
  const csv = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))]
    .map((line) => line.join(","))
    .join("\n");
  writeFileSync(join(folder, "penguins.csv"), csv);

  const same = await tagline(folder, "monitor", "check", "--reference", "penguins.json", "--current", "penguins.csv");
  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining("No drift in 7 features") });

  const moved = await tagline(
    folder,
    "monitor",
    "check",
    "--reference",
    "penguins.json",
    "--current",
    "heavy.jsonl",
    "--json",
  );
  expect(moved.code).toBe(1);
  const document = JSON.parse(moved.stdout);
  const sha256 = createHash("sha256")
    .update(readFileSync(join(folder, "penguins.json")))
    .digest("hex");
  expect(document).toMatchObject({ drifted: true, reference: { path: "penguins.json", sha256, rows: 344 } });
  const drifted = document.features.filter((feature: { drifted: boolean }) => feature.drifted);
  expect(drifted).toMatchObject([{ name: mass, kind: "numeric", test: "ks", note: "mean 4202 → 5462" }]);

  const strict = ["--psi", "5", "--columns", mass];
  expect(
    (await tagline(folder, "monitor", "check", "--reference", "penguins.json", "--current", "heavy.jsonl", ...strict))
      .code,
  ).toBe(0);

  const events = readLog(folder).events.map(({ event }) => event);
  expect(events).toMatchObject([
    {
      kind: "drift.checked",
      model: null,
      reference: `file:penguins.json@${sha256}`,
      current: { path: "penguins.csv" },
    },
    { kind: "drift.checked", current: { path: "heavy.jsonl", rows: 344 } },
    { kind: "drift.checked", features: [{ name: mass, drifted: false }] },
  ]);
});

test.each([
  [["--current", "a.json"], "name what to compare with, either --reference FILE or --model"],
  [["--reference", "b.json", "--current", "a.json"], "Cannot read b.json: there is no such file."],
  [["--reference", "a.json", "--current", "empty.csv"], "Cannot read empty.csv: it has no rows."],
  [["--reference", "a.json", "--current", "other.jsonl"], "no column in common. Reference: x. Current: y."],
  [["--reference", "a.json", "--current", "bad.jsonl"], "Cannot read bad.jsonl: line 2 is not JSON"],
  [["--reference", "a.json", "--current", "a.parquet"], "Cannot read a.parquet: .parquet is not among"],
  [["--reference", "a.json", "--current", "a.json", "--psi", "big"], "Cannot take big for --psi"],
  [["--reference", "a.json", "--current", "a.json", "--columns", "z"], "Cannot compare column z"],
  [["--model", "nobody", "--current", "a.json"], "Cannot find model nobody"],
  [["--reference", "a.json"], "required option '--current <file>' not specified"],
])("tagline monitor check %j exits with 2 and a sentence", async (args, sentence) => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "a.json"), '[{"x": 1}, {"x": 2}]');
  writeFileSync(join(folder, "empty.csv"), "x\n");
  writeFileSync(join(folder, "other.jsonl"), '{"y": 1}\n');
  writeFileSync(join(folder, "bad.jsonl"), '{"x": 1}\n{"x": \n');
  writeFileSync(join(folder, "a.parquet"), "PAR1");
  const { code, stdout, stderr } = await tagline(folder, "monitor", "check", ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("tagline report writes the notebook as it was when it ran, whatever became of it since", async () => {
  const folder = copyFixtures("orders");
  const notebook = join(folder, "orders", "orders.ipynb");
  const before = readFileSync(notebook, "utf8");
  const run = JSON.parse((await tagline(folder, "run", notebook, "--json")).stdout);
  const root = JSON.parse((await tagline(join(folder, "orders"), "env", "--json")).stdout).projectRoot;
  writeFileSync(notebook, before.replaceAll("orders", "changed"));
  const { code, stdout } = await tagline(join(folder, "orders"), "report", "latest", "-o", "out.html", "--json");
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ run: run.run, kind: "pipeline", status: "succeeded", warnings: [] });
  expect(readFileSync(join(root, ".tagline", "runs", run.run, "notebook.ipynb"), "utf8")).toBe(before);
  const html = readFileSync(document.out, "utf8");
  for (const { name } of run.steps) expect(html).toContain(`<span class="band">${name}</span>`);
  const unknown = await tagline(join(folder, "orders"), "report", "01NOTHING00", "-o", "none.html");
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toContain(`The newest are run:${run.run}`);
});
