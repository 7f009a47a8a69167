import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { loadBundle } from "../../../kernel-lib/src/artifacts/bundle.js";
import { openStore } from "../../../kernel-lib/src/artifacts/store.js";
import { CellExecutor, type CellOutcome } from "../../../kernel-lib/src/kernel/cell-executor.js";
import type { ModelRegistered } from "../../../kernel-lib/src/lineage/events.js";
import { readLog } from "../../../kernel-lib/src/lineage/read-log.js";
import { readNotebook } from "../../../kernel-lib/src/notebook/read-notebook.js";
import type { RunDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import { findVersion, listVersions, type ModelVersion } from "../../../kernel-lib/src/registry/registry.js";
import { setSession } from "../../../kernel-lib/src/track/session-port.js";
import { copyFixtures, execute, tagline } from "../cli/support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 120_000 });

const quiet = { stream: () => {}, display: () => {} };

/** A kernel's session in this process, as the kernel sets it up. */
function session(folder: string): {
  readonly events: readonly ModelRegistered[];
  run(source: string, cellId?: string, tags?: readonly string[]): Promise<CellOutcome>;
} {
  const executor = new CellExecutor({ folder, compiler: createCellCompiler({ folder }) });
  const events: ModelRegistered[] = [];
  setSession({
    root: folder,
    folder,
    notebook: "species.ipynb",
    run: "01SESSION",
    cells: () => executor.cells,
    valueOf: (name) => executor.bindings.peek(name),
    record: async (event) => void events.push(event),
  });
  return {
    events,
    run: (code, cellId = code, tags = []) => executor.execute({ code, cellId, tags, label: "cell", output: quiet }),
  };
}

async function pipeline(folder: string): Promise<RunDocument> {
  return JSON.parse((await tagline(folder, "run", "species.ipynb", "--json")).stdout);
}

/** What the version's own code says of a row, with nothing but the version. */
async function predict(root: string, { entry, captures }: ModelVersion, row: unknown): Promise<unknown> {
  const store = openStore(root);
  const code = (await store.get(entry)).toString();
  const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  const refs = captures.map(({ name, object = "" }) => ({ name, object }));
  const values = await loadBundle(store, refs, { classes: module.classes });
  return module.default(values).predict(row);
}

function registered(root: string): ModelRegistered[] {
  const events = readLog(root).events.map(({ event }) => event);
  return events.filter((event) => event.kind === "model.registered");
}

test("a step's model() call registers a version with its code, values and types", async () => {
  const folder = join(copyFixtures("species"), "species");
  rmSync(join(folder, ".tagline"), { recursive: true, force: true });
  const document = await pipeline(folder);
  expect(document.status, JSON.stringify(document)).toBe("succeeded");
  const version = findVersion(folder, "birds");
  expect(version).toMatchObject({
    number: 1,
    run: document.run,
    notebook: "species.ipynb",
    cellId: "register",
    target: "Species",
    metrics: document.metrics,
    captures: [{ name: "centres" }, { name: "margin", summary: "1" }, { name: "scale" }],
    input: { required: ["Body Mass (g)"] },
    output: { properties: { species: { type: "string" }, sure: { type: "boolean" } } },
    example: { "Body Mass (g)": 3700, Sex: "MALE" },
    reference: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await predict(folder, version, { "Body Mass (g)": 3600 })).toEqual({ species: "Adelie", sure: true });
  expect(await predict(folder, version, { "Body Mass (g)": null })).toEqual({ species: "unknown", sure: false });
  expect(await predict(folder, findVersion(folder, "heavy"), { "Body Mass (g)": 3600 })).toBe(false);
  expect(document.steps[2]?.models?.map(({ name, number, isNew }) => ({ name, number, isNew }))).toEqual([
    { name: "birds", number: 1, isNew: true },
    { name: "heavy", number: 1, isNew: true },
  ]);

  const again = await pipeline(folder);
  expect(again.steps.map((step) => step.status)).toEqual(["cached", "cached", "cached"]);
  expect(registered(folder).map(({ run, model, version: id, isNew }) => ({ run, model, id, isNew }))).toEqual(
    [document, again].flatMap(({ run }, at) =>
      ["birds", "heavy"].map((model) => ({ run, model, id: findVersion(folder, model).id, isNew: at === 0 })),
    ),
  );

  rmSync(join(folder, ".tagline/models/heavy"), { recursive: true });
  const lost = await pipeline(folder);
  expect(lost.steps[2]).toMatchObject({
    status: "done",
    reason: "version 1 of model heavy, which it registered, is gone",
  });
  expect(listVersions(folder).map(({ model, number }) => `${model} ${number}`)).toEqual(["birds 1", "heavy 1"]);

  const other = JSON.parse((await tagline(folder, "run", "species.ipynb", "-p", "margin=2", "--json")).stdout);
  expect(other.status).toBe("succeeded");
  expect(listVersions(folder).map(({ model, number }) => `${model} ${number}`)).toEqual([
    "birds 1",
    "birds 2",
    "heavy 1",
  ]);
});

test("a kernel's session and a pipeline run make the same version of the same cells", async () => {
  const folder = join(copyFixtures("species"), "species");
  const { cells } = readNotebook("species.ipynb", readFileSync(join(folder, "species.ipynb"), "utf8"));
  const { run, events } = session(folder);
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const { kind, source, id, tags } of cells) {
      if (kind !== "code") continue;
      const { failure } = await run(source, id, tags);
      expect(failure, `${id}: ${failure?.evalue}`).toBeNull();
    }
  } finally {
    process.chdir(before);
  }
  expect(events.map(({ model, number, isNew, cellId }) => ({ model, number, isNew, cellId }))).toEqual([
    { model: "birds", number: 1, isNew: true, cellId: "register" },
    { model: "heavy", number: 1, isNew: true, cellId: "inline" },
  ]);
  const document = await pipeline(folder);
  expect(document.status).toBe("succeeded");
  expect(document.steps[2]?.models).toEqual(
    events.map(({ model, version, number }) => ({ name: model, version, number, isNew: false })),
  );
});

test("an exported project registers the same version in its own folder", { timeout: 300_000 }, async () => {
  const folder = join(copyFixtures("species"), "species");
  const document = await pipeline(folder);
  expect((await tagline(folder, "export", "species.ipynb", "--to", "node", "--out", "out")).code).toBe(0);
  const project = join(folder, "out");
  expect((await execute("npm", ["install"], project)).code).toBe(0);
  const { stdout, stderr } = await execute("npm", ["start", "--", "--json"], project);
  const own: RunDocument = JSON.parse(stdout || "{}");
  expect(own.status, `${stderr}${stdout}`).toBe("succeeded");
  expect(listVersions(project).map(({ id, number }) => ({ id, number }))).toEqual(
    listVersions(folder).map(({ id, number }) => ({ id, number })),
  );
  expect(own.steps[2]?.models).toEqual(document.steps[2]?.models);
});

test("in a session a name is captured as the cell that ran last made it", async () => {
  const folder = join(copyFixtures("species"), "species");
  const { run, events } = session(folder);
  await run('import { model } from "tagline"; let bias = 1; function add(x: number) { return x + bias; }', "a");
  await run('model("adder", { predict: (row: { x: number }) => add(row.x) });', "b");
  await run("bias = 5;", "c");
  await run('model("adder", { predict: (row: { x: number }) => add(row.x) });', "b");
  await run("function add(x: number) { return x * bias; }", "d");
  const { value } = await run('await model("adder", { predict: (row: { x: number }) => add(row.x) });', "b");
  expect(events.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(value?.[0]).toMatchObject({ name: "adder", number: 3, isNew: true });
  const answers = [1, 2, 3].map((number) => predict(folder, findVersion(folder, "adder", String(number)), { x: 10 }));
  expect(await Promise.all(answers)).toEqual([11, 15, 50]);
});

test("a predict that takes rows is asked for one", async () => {
  const folder = join(copyFixtures("species"), "species");
  const { run } = session(folder);
  await run(
    'import { model } from "tagline"; model("rows", { predict: (rows: { x: number }[]) => rows.map((row) => row.x * 2) });',
  );
  const version = findVersion(folder, "rows");
  expect(await predict(folder, version, { x: 3 })).toBe(6);
  expect(version).toMatchObject({ input: { required: ["x"] }, output: { type: "number" } });
});

test.each([
  ['model("a b", { predict: (row) => 1 });', /^RangeError.*Cannot name a model "a b"/],
  ['model("m", {} as any);', /Cannot register model "m": predict is missing, not a function that takes a row/],
  ['model("m", { predict: (row) => 1, reference: [] });', /reference has no rows/],
  [
    'model("m", { predict: (row) => 1, reference: [{ a: 1 }] as any, target: "b" });',
    /reference has no column "b"\. It has a/,
  ],
  ['model("m", { predict: (row) => 1, metrics: { loss: NaN } });', /its metric loss is NaN, not a finite number/],
  ['const name = "m" + 1; model(name, { predict: (row) => 1 });', /Cannot register model m1: its code cannot be read/],
  [
    'const twice = ((k) => (x) => x * k)(2); model("m", { predict: (row: any) => twice(row.x) });',
    /Cannot register model m: .*twice/,
  ],
  [
    'import { readFileSync } from "node:fs"; import { atLeast } from "../helpers/lib/at-least.ts"; model("m", { predict: (row: any) => atLeast(row.x, 1) });',
    /predict uses "\.\.\/helpers\/lib\/at-least\.ts", a file that would not travel/,
  ],
])("a cell that calls %s fails and says why", async (source, sentence) => {
  const folder = join(copyFixtures("species", "helpers"), "species");
  const { run, events } = session(folder);
  await run('import { model } from "tagline";', "import");
  const { failure } = await run(source, "call");
  expect(`${failure?.ename}: ${failure?.evalue}`).toMatch(sentence);
  expect(events).toEqual([]);
});
