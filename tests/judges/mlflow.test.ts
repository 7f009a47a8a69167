import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { freePort } from "../e2e/support/lab.js";
import { sideVenv } from "../tools/side-venv.js";
import { stopChild } from "../tools/stop-child.js";

interface Found {
  readonly runs: readonly {
    readonly experiment: string;
    readonly name: string;
    readonly status: string;
    readonly start: number;
    readonly end: number | null;
    readonly params: Readonly<Record<string, string>>;
    readonly tags: Readonly<Record<string, string>>;
    readonly points: Readonly<Record<string, readonly (readonly [step: number, value: string])[]>>;
    readonly files: readonly string[];
  }[];
  readonly models: readonly {
    readonly model: string;
    readonly version: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly run: string;
    readonly aliases: readonly string[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), "tagline-mlflow-judge-"));
const project = join(folder, "birds");
const env = { ...process.env, TAGLINE_PROJECT: project };
let bin = "";
let uri = "";
let server: ChildProcess;

/** A command of Tagline's, which succeeds unless another exit code is expected. */
async function tagline(args: readonly string[], expected = 0): Promise<string> {
  const { code, output } = await runCommand(
    process.execPath,
    [join(checkout.root, "kernel-lib/bin/tagline.js"), ...args],
    { cwd: project, env },
  );
  expect(code, output).toBe(expected);
  return output;
}

const sync = async (): Promise<Record<string, unknown>> =>
  documentOf(await tagline(["sync", "mlflow", "--uri", uri, "--json"]));

/** The JSON document behind what was told on standard error. */
function documentOf(output: string): Record<string, unknown> {
  return JSON.parse(output.slice(output.indexOf("{\n")));
}

/** What MLflow's own client finds. */
async function found(): Promise<Found> {
  const judge = join(checkout.root, "tests/judges/mlflow_judge.py");
  const { code, output } = await runCommand(join(bin, "python"), [judge, uri]);
  expect(code, output).toBe(0);
  return JSON.parse(output.slice(output.indexOf('{"runs"')));
}

async function startServer(): Promise<void> {
  const port = Number(new URL(uri).port);
  const log = openSync(join(folder, "mlflow.log"), "a");
  const args = [
    "server",
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--workers",
    "1",
    "--backend-store-uri",
    "sqlite:///mlflow.db",
  ];
  server = spawn(join(bin, "mlflow"), args, { cwd: folder, stdio: ["ignore", log, log] });
  // Not `expect.poll`: this runs before the tests, too.
  await vi.waitFor(async () => expect((await fetch(`${uri}/health`)).ok).toBe(true), {
    timeout: 120_000,
    interval: 250,
  });
}

beforeAll(async () => {
  bin = await sideVenv("mlflow-venv", "tests/judges/mlflow-requirements.txt", { constrained: false });
  mkdirSync(project);
  for (const name of ["penguins.ipynb", "data"])
    cpSync(join(checkout.root, "notebooks", name), join(project, name), { recursive: true });
  cpSync(join(checkout.root, "tests/notebooks-fixtures/failing/failing.ipynb"), join(project, "failing.ipynb"));
  uri = `http://127.0.0.1:${await freePort()}`;
  await startServer();
  await tagline(["run", "penguins.ipynb", "-p", "epochs=3"]);
  await tagline(["run", "penguins.ipynb", "-p", "epochs=4", "-p", "units=8"]);
  await tagline(["run", "failing.ipynb"], 1);
  await tagline(["models", "promote", "penguins@1", "--reason", "judged"]);
}, 600_000);
afterAll(async () => {
  if (server !== undefined) await stopChild(server);
  rmSync(folder, { recursive: true, force: true, maxRetries: 8 });
});

test("MLflow's own client finds each run once after three syncs, whole", async () => {
  expect(await sync()).toMatchObject({ uri, created: 3, updated: 0, unchanged: 0, versions: 2, warnings: [] });
  const first = await found();
  expect(await sync()).toMatchObject({ created: 0, updated: 0, unchanged: 3, versions: 0 });
  await sync();
  expect(await found()).toEqual(first);

  const { runs } = documentOf(await tagline(["runs", "--json", "--sort", "started"])) as unknown as {
    runs: { run: string; params: Record<string, unknown>; metrics: Record<string, number>; startedAt: string }[];
  };
  expect(first.runs.map(({ tags }) => tags["tagline.run"]).sort()).toEqual(runs.map(({ run }) => run).sort());
  for (const { run, params, metrics, startedAt } of runs) {
    const there = first.runs.find(({ tags }) => tags["tagline.run"] === run);
    expect(there?.start).toBe(Date.parse(startedAt));
    expect(there?.params).toEqual(
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );
    for (const [name, value] of Object.entries(metrics))
      expect(Number(there?.points[name]?.at(-1)?.[1]), name).toBe(value);
  }
  const [short, , failed] = runs.map(({ run }) => first.runs.find(({ tags }) => tags["tagline.run"] === run));
  expect(short).toMatchObject({
    experiment: "birds/penguins.ipynb",
    status: "FINISHED",
    files: [...modelFiles(short?.files), "notebook.ipynb", "report.html", "run.json"],
  });
  expect(short?.points["fit.loss"]?.map(([step]) => step)).toEqual([0, 1, 2]);
  expect(failed).toMatchObject({ experiment: "birds/failing.ipynb", status: "FAILED" });
  expect(
    first.models.map(({ model, version, tags, aliases }) => [model, version, tags["tagline.number"], aliases]),
  ).toEqual(
    expect.arrayContaining([
      ["penguins", "1", "1", ["production"]],
      ["penguins", "2", "2", []],
    ]),
  );
});

test("a new run and a moved alias are all that a later sync writes", async () => {
  await tagline(["run", "penguins.ipynb", "-p", "epochs=3"]);
  await tagline(["models", "promote", "penguins@2"]);
  expect(await sync()).toMatchObject({ created: 1, updated: 0, unchanged: 3, versions: 0 });
  const { models, runs } = await found();
  expect(runs).toHaveLength(4);
  expect(models.find(({ aliases }) => aliases.includes("production"))?.version).toBe("2");
});

test("a sync that is cut off goes on where it was, and writes no point twice", async () => {
  await tagline(["run", "penguins.ipynb", "-p", "epochs=5"]);
  const before = await found();
  // The server dies in the middle: at some request of the sync, whichever it is.
  const half = tagline(["sync", "mlflow", "--uri", uri, "--json"], 2).catch(() => "");
  await expect
    .poll(async () => (await found()).runs.length, { timeout: 60_000, interval: 10 })
    .toBeGreaterThan(before.runs.length);
  await stopChild(server);
  await half;
  await startServer();
  await sync();
  const { runs } = await found();
  expect(runs).toHaveLength(before.runs.length + 1);
  for (const { points } of runs)
    for (const [name, history] of Object.entries(points)) {
      const steps = history.map(([step]) => step);
      expect(new Set(steps).size, name).toBe(steps.length);
    }
  expect(await sync()).toMatchObject({ created: 0, updated: 0, unchanged: runs.length });
});

test("wrong addresses are told in a sentence", async () => {
  expect(await tagline(["sync", "mlflow", "--uri", "mlruns"], 2)).toContain(
    'Cannot sync to "mlruns": give the address of an MLflow tracking server',
  );
});

function modelFiles(files: readonly string[] | undefined): string[] {
  return (files ?? []).filter((name) => name.startsWith("models/"));
}
