import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { pythonEnv } from "../../kernel-lib/src/lab/python-env.js";
import { copyFixtures, execute, tagline } from "../kernel-lib/cli/support.js";
import { ensureAirflow } from "../tools/airflow.js";

const script = fileURLToPath(new URL("airflow_dags.py", import.meta.url));

interface LoadedDag {
  readonly schedule: string;
  readonly timezone: string;
  readonly params: Readonly<Record<string, readonly [value: unknown, description: string | null]>>;
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly valid: boolean;
  readonly tasks: Readonly<Record<string, unknown>>;
}

/** What Airflow makes of the DAG of an exported folder. */
async function loadDag(out: string, name: string): Promise<LoadedDag> {
  const bin = await ensureAirflow();
  const home = mkdtempSync(join(tmpdir(), "tagline-dags-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const dags = join(out, "dags");
  const { code, stdout, stderr } = await execute(join(bin, "python"), [script, dags, join(dags, `${name}.py`)], home, {
    ...pythonEnv(),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
  });
  expect(code, stderr.slice(-3000)).toBe(0);
  const { errors, dags: loaded } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(errors).toEqual({});
  expect(Object.keys(loaded)).toEqual([name]);
  return loaded[name];
}

test("Airflow loads the DAG of a notebook, with its graph, its params and their limits", async () => {
  const folder = copyFixtures("scaling");
  expect((await tagline(folder, "export", "scaling/heights.ipynb", "--to", "airflow", "--out", "out")).code).toBe(0);
  const dag = await loadDag(join(folder, "out"), "heights");
  const plan = JSON.parse((await tagline(folder, "check", "scaling/heights.ipynb", "--json")).stdout).graph;
  for (const { name, needs } of plan.steps) {
    const before = new Set<string>(needs.map((need: { readonly from: string }) => need.from));
    expect(dag.tasks).toHaveProperty(name);
    expect(Object(dag.tasks[name]).before).toEqual(expect.arrayContaining([...before]));
  }
  expect(dag.params).toMatchObject(
    Object.fromEntries(
      plan.params.map((param: { readonly name: string; readonly default: unknown; readonly description?: string }) => [
        param.name,
        [param.default, param.description ?? null],
      ]),
    ),
  );
  expect(dag).toMatchObject({ schedule: "NullTimetable", valid: true });
});

/** Names and values that would end a string, a comment or a template, and names that the DAG has itself. */
const HOSTILE = `it's "so" \\ {{ no }} {% raw %} \${x} """ ''' \n # éö\u2028`;

function hostileNotebook(): string {
  const cell = (id: string, tags: readonly string[], source: string, tagline: object = {}): object => ({
    id,
    cell_type: "code",
    execution_count: null,
    outputs: [],
    metadata: { tags, ...(Object.keys(tagline).length > 0 ? { tagline } : {}) },
    source,
  });
  const text = JSON.stringify(HOSTILE);
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { display_name: "TypeScript (Tagline)", language: "typescript", name: "tagline" } },
    cells: [
      cell("imports", [], `import { param, secret } from "tagline";`),
      cell(
        "params",
        ["parameters"],
        `const grid = param("grid", ${text}, { description: ${text} });
const size = param("size", 1.5, { min: -1, max: 1e21 });
const mode = param("mode", "a'b", { choices: ["a'b", ${text}] });
const on = param("on", true);
const shape = param("shape", { "ke\\"y": [1, null, { deep: ${text} }] });`,
      ),
      cell("first", ["step:begin"], `const made = grid.length;`, {
        retries: 3,
        timeoutS: 90,
        pool: "data.base",
        resources: { cpu: 0.5, memory: "1Gi" },
        image: "node:20-slim",
        environment: { QUOTE: HOSTILE.replace("\n", " ") },
      }),
      cell("second", ["step:class"], `const doubled = made * size + secret("API_KEY").length;`),
      cell("third", ["step:train-model"], `console.log(doubled, mode, on, shape);`),
      cell("fourth", ["step:finish", "after:train-model"], `console.log("end");`),
    ],
  });
}

test("Airflow loads the DAG of a notebook whose names and values are hostile, and gets them as they are", async () => {
  const folder = copyFixtures();
  const notebook = `it's "so" {{ x }}.ipynb`;
  mkdirSync(join(folder, ".tagline"), { recursive: true });
  writeFileSync(join(folder, notebook), hostileNotebook());
  writeFileSync(
    join(folder, ".tagline", "catalog.json"),
    JSON.stringify({
      schedules: [
        {
          id: "nightly",
          notebook,
          cron: "0 30 6 * * MON-FRI",
          timeZone: "Europe/Berlin",
          params: { size: "2" },
          activeSince: "2026-01-01T00:00:00Z",
        },
        { id: "odd", notebook, cron: "15 0 0 * * *", timeZone: "UTC", activeSince: "2026-01-01T00:00:00Z" },
      ],
    }),
  );
  const exported = await tagline(folder, "export", notebook, "--to", "airflow", "--out", "out", "--json");
  expect(exported.code, exported.stderr).toBe(0);
  const { diagnostics } = JSON.parse(exported.stdout);
  const told: string[] = diagnostics
    .filter(({ code }: { readonly code: string }) => code === "TL070")
    .map(({ message }: { readonly message: string }) => message);
  expect(told).toEqual([
    expect.stringContaining("Step begin asks for the image node:20-slim"),
    expect.stringContaining("Step begin asks for 0.5 cpu and 1Gi memory"),
    expect.stringContaining("Step finish waits for train-model without taking a value"),
    expect.stringContaining("Schedule nightly gives values for size"),
    expect.stringContaining("Schedule odd (15 0 0 * * *) is not in the DAG"),
  ]);

  const dag = await loadDag(join(folder, "out"), "it_s_so_x");
  expect(dag).toMatchObject({
    schedule: "30 6 * * MON-FRI",
    timezone: expect.stringContaining("Europe/Berlin"),
    valid: true,
  });
  expect(dag.params).toEqual({
    grid: [HOSTILE, HOSTILE],
    size: [2, null],
    mode: ["a'b", null],
    on: [true, null],
    shape: [{ 'ke"y': [1, null, { deep: HOSTILE }] }, null],
    grid_: [{}, expect.any(String)],
  });
  expect(dag.schemas).toMatchObject({
    size: { type: "number", minimum: -1, maximum: 1e21 },
    mode: { type: "string", enum: ["a'b", HOSTILE] },
  });
  const spare = { retries: 2, seconds: null, pool: "default_pool", mapped: false };
  expect(dag.tasks).toEqual({
    begin_: { ...spare, before: [] },
    values_of_begin: { ...spare, before: ["begin_"] },
    values_of_class: { ...spare, before: ["begin_"] },
    "values_of_train-model": { ...spare, before: ["begin_"] },
    begin: { before: ["begin_", "values_of_begin"], mapped: true, retries: 5, seconds: 150, pool: "data.base" },
    class: { ...spare, mapped: true, before: ["begin", "begin_", "values_of_class"] },
    "train-model": { ...spare, mapped: true, before: ["begin_", "class", "values_of_train-model"] },
    finish: { ...spare, mapped: true, before: ["begin_", "train-model", "values_of_train-model"] },
    finish_: { ...spare, before: ["begin", "begin_", "class", "finish", "train-model"] },
  });
  expect(JSON.parse(readFileSync(join(folder, "out", "pools.json"), "utf8"))).toHaveProperty("data.base");
});
