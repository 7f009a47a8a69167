import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { descendantsOf } from "../../kernel-lib/src/lab/process-tree.js";
import type { OpenLineageEvent } from "../../kernel-lib/src/lineage/open-formats/openlineage-events.js";
import type { RunDocument } from "../../kernel-lib/src/pipeline/run/run-document.js";
import type { FinishedRun } from "../../kernel-lib/src/pipeline/run/tasks/task-documents.js";
import { bin, execute } from "../kernel-lib/cli/support.js";
import { startAirflow } from "../tools/airflow.js";
import { startVersitygw } from "../tools/versitygw.js";

/*
 * The shipped notebook on a real engine: Airflow with Celery on PostgreSQL and Redis, two workers in folders of their own that share
 * only a bucket of S3. One of them dies in the middle. All tests look at that one run.
 */

const PENALTIES = [0.1, 1, 5, 10, 20, 50, 100, 1000];
const notebooks = fileURLToPath(new URL("../../notebooks/", import.meta.url));

let folder = "";
let s3: Awaited<ReturnType<typeof startVersitygw>>;
let receiver: Receiver;
let runs: readonly FinishedRun[] = [];
let local: readonly RunDocument[] = [];
/** Tries of each task, by `task[map index]`. */
let tries: Readonly<Record<string, number>> = {};
/** Tasks that the killed worker had at work. */
let interrupted: readonly string[] = [];

const clean: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-engine-"));
  // A project like the person's own, where the pipeline is run and exported.
  const own = join(folder, "own");
  mkdirSync(join(own, "notebooks", "data"), { recursive: true });
  mkdirSync(join(own, ".tagline"));
  for (const path of ["flights.ipynb", "data/flights-200k.arrow"])
    cpSync(join(notebooks, path), join(own, "notebooks", path));
  const export_ = await tagline(
    own,
    "export",
    "notebooks/flights.ipynb",
    "--to",
    "airflow",
    "--out",
    join(folder, "out"),
    "--json",
  );
  expect(JSON.parse(export_).diagnostics).toEqual([]);
  tell("exported");
  const project = join(folder, "out", "project");
  for (const args of [
    ["ci", "--no-audit", "--no-fund"],
    ["run", "build"],
  ]) {
    const { code, stderr } = await execute("npm", args, project);
    expect(code, stderr).toBe(0);
  }
  for (const name of ["a", "b"]) cpSync(project, join(folder, name), { recursive: true, verbatimSymlinks: true });
  tell("installed the project for two workers");

  s3 = await startVersitygw();
  clean.push(() => s3.close());
  receiver = await startReceiver();
  clean.push(() => receiver.close());
  await onAirflow();
  local = JSON.parse(
    await tagline(own, "run", "notebooks/flights.ipynb", "-p", `penalty=${PENALTIES.join(",")}`, "--json"),
  ).runs;
  tell("run without an engine as well");
}, 1_500_000);

afterAll(async () => {
  for (const close of clean.reverse()) await close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 8 });
}, 120_000);

/** Runs the DAG, and kills the first worker that is at work on a `train` task. */
async function onAirflow(): Promise<void> {
  const { AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = s3.env;
  const common = { OPENLINEAGE_URL: receiver.url, OPENLINEAGE_NAMESPACE: "tests" };
  const cluster = await startAirflow({
    dags: [join(folder, "out", "dags", "flights.py")],
    tell,
    workers: {
      // One has the store in its environment, the other one gets it from Airflow.
      a: {
        concurrency: 2,
        env: { ...common, ...s3.env, TAGLINE_ARTIFACTS: "s3://tagline/flights", FLIGHTS_PROJECT: join(folder, "a") },
      },
      b: {
        concurrency: 2,
        env: {
          ...common,
          FLIGHTS_PROJECT: join(folder, "b"),
          AIRFLOW_VAR_TAGLINE_ARTIFACTS: "s3://tagline/flights",
          AIRFLOW_CONN_TAGLINE_S3: JSON.stringify({
            conn_type: "generic",
            login: AWS_ACCESS_KEY_ID,
            password: AWS_SECRET_ACCESS_KEY,
            extra: { endpoint_url: AWS_ENDPOINT_URL_S3, region_name: AWS_REGION },
          }),
        },
      },
    },
  });
  try {
    const { api } = cluster;
    expect(await api.importErrors()).toEqual([]);
    const run = await api.trigger("flights", { grid: { penalty: PENALTIES } });
    let killed = false;
    let told = "";
    for (;;) {
      await wait(killed ? 2000 : 400);
      const tasks = await api.tasks("flights", run);
      const line = progressOf(tasks);
      if (line !== told) tell(line);
      told = line;
      if (!killed) {
        const busy = tasks.filter((task) => task.task_id === "train" && task.state === "running");
        for (const worker of Object.values(cluster.workers)) {
          const below = new Set(await descendantsOf(worker.pid));
          const own = busy.filter(({ pid }) => pid !== null && below.has(pid));
          if (killed || own.length === 0) continue;
          await worker.kill();
          killed = true;
          interrupted = own.map((task) => `${task.task_id}[${task.map_index}]`);
          tell(`killed worker ${worker.name} at work on ${interrupted.join(", ")}`);
        }
      }
      const state = await api.state("flights", run);
      if (state === "success") break;
      if (state === "failed") throw new Error(`The DAG's run failed:\n${told}\n${cluster.tails()}`);
    }
    expect(killed).toBe(true);
    const tasks = await api.tasks("flights", run);
    tries = Object.fromEntries(tasks.map((task) => [`${task.task_id}[${task.map_index}]`, task.try_number]));
    runs = await api.result("flights", run, "finish");
  } finally {
    await cluster.close();
    tell("stopped Airflow");
  }
}

test("the exported DAG fans out over the values of a param by mapped tasks, and does once what they share", () => {
  const names = Object.keys(tries);
  for (const step of ["train", "evaluate", "model"])
    expect(names.filter((name) => name.startsWith(`${step}[`)).sort()).toEqual(
      PENALTIES.map((_, index) => `${step}[${index}]`),
    );
  expect(names.filter((name) => /^(?:load|clean|features)\[/.test(name)).sort()).toEqual([
    "clean[-1]",
    "features[-1]",
    "load[-1]",
  ]);
  expect(names.filter((name) => /^(?:split|baseline)\[/.test(name)).sort()).toEqual(["baseline[0]", "split[0]"]);
  expect(runs.map((run) => run.params["penalty"])).toEqual(PENALTIES);
});

test("a worker that dies in the middle costs another try of what it was at, and nothing else", () => {
  const again = Object.keys(tries).filter((name) => (tries[name] ?? 0) > 1);
  expect(again).toEqual(expect.arrayContaining([...interrupted]));
  expect(interrupted.length).toBeGreaterThan(0);
  expect(runs.map((run) => run.status)).toEqual(PENALTIES.map(() => "succeeded"));
});

test("its metrics, artifacts and model versions are those of tagline run", () => {
  const onEngine = runs.map(({ params, metrics, artifacts, models }) => ({
    penalty: params["penalty"],
    metrics,
    artifacts,
    versions: models.map(({ version }) => version),
  }));
  const here = local.map(({ params, metrics, steps }) => ({
    penalty: params["penalty"],
    metrics,
    artifacts: Object.fromEntries(
      steps.flatMap((step) => step.outputs.map((output) => [`${step.name}/${output.name}`, output.hash])),
    ),
    versions: steps.flatMap((step) => (step.models ?? []).map(({ version }) => version)),
  }));
  expect(here).toHaveLength(PENALTIES.length);
  expect(onEngine).toEqual(here);
});

interface WhyNode {
  readonly id: string;
  readonly kind: string;
  readonly hash?: string;
  readonly step?: string;
}

test("a project that pulls the lineage has all of it as one graph, from each metric to the source file", async () => {
  const gathering = join(folder, "gathering");
  mkdirSync(join(gathering, ".tagline"), { recursive: true });
  const env = { ...process.env, ...s3.env, TAGLINE_ARTIFACTS: "s3://tagline/flights" };
  const ask = async (...args: readonly string[]): Promise<string> => tagline(gathering, ...args, env);
  const pulled = JSON.parse(await ask("lineage", "pull", "--json"));
  expect(pulled).toMatchObject({ place: "s3://tagline/flights", versions: PENALTIES.length });
  // Twice is once.
  expect(JSON.parse(await ask("lineage", "pull", "--json"))).toMatchObject({ segments: 0, versions: 0 });
  expect(JSON.parse(await ask("lineage", "verify", "--json"))).toMatchObject({
    intact: true,
    segments: pulled.segments,
  });

  const sources = new Set<string>();
  for (const { run, metrics } of runs) {
    const graph: { readonly nodes: readonly (WhyNode & { readonly value?: unknown })[] } = JSON.parse(
      await ask("why", `metric:mae@${run}`, "--json"),
    );
    expect(graph.nodes[0]).toMatchObject({ kind: "metric", value: metrics["mae"] });
    const steps = new Set(graph.nodes.flatMap(({ step }) => step ?? []));
    expect([...steps].sort()).toEqual(["baseline", "clean", "evaluate", "features", "load", "split", "train"]);
    for (const node of graph.nodes) if (node.kind === "file") sources.add(node.hash ?? "");
  }
  // One file, whichever worker read it.
  expect(sources.size).toBe(1);
  const listed = JSON.parse(await ask("models", "list", "--json"));
  expect(JSON.stringify(listed)).toContain(runs[0]?.models[0]?.version);
  // The try that a dead worker left behind is on record.
  const log = (await ask("lineage", "export", "--format", "jsonl")).split("\n").filter((line) => line !== "");
  const attempts = log.flatMap((line) => JSON.parse(line).event.attempts ?? []);
  expect(attempts).toEqual(expect.arrayContaining([expect.objectContaining({ name: "StepDied" })]));
});

test("OpenLineage's events of all tasks make one graph below the DAG's run", () => {
  const { events } = receiver;
  const started = new Set(events.filter((event) => event.eventType === "START").map(({ run }) => run.runId));
  const roots = new Set<unknown>();
  for (const { run, job } of events) {
    const parent = run.facets["parent"];
    if (parent === undefined) {
      // Only the DAG itself is below nothing.
      expect(job.name).toBe("flights");
      roots.add(run.runId);
      continue;
    }
    expect(started).toContain(Object(parent["run"]).runId);
    roots.add(Object(Object(parent["root"]).run).runId);
  }
  expect(roots.size).toBe(1);
  // Each task that ended has told so, and each step's inputs are some step's outputs, or files.
  const jobs = new Set(events.map(({ job }) => job.name));
  for (const step of ["load", "clean", "features", "split", "baseline", "train", "evaluate", "model"]) {
    expect(jobs).toContain(`flights.${step}`);
    expect(jobs).toContain(`notebooks/flights.ipynb.${step}`);
  }
  const key = ({ namespace, name, facets }: OpenLineageEvent["inputs"][number]): string =>
    `${namespace} ${name} ${String(facets["version"]?.["datasetVersion"])}`;
  const made = new Set(events.flatMap(({ outputs }) => outputs.map(key)));
  const taken = events.flatMap(({ inputs }) => inputs).filter(({ namespace }) => namespace !== "file");
  expect(taken.length).toBeGreaterThan(50);
  for (const dataset of taken) expect(made).toContain(key(dataset));
  const ends = events.filter(({ job, eventType }) => job.name === "flights" && eventType === "COMPLETE");
  expect(ends).toHaveLength(1);
});

function tell(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

function progressOf(tasks: readonly { readonly task_id: string; readonly state: string | null }[]): string {
  const groups = new Map<string, Map<string, number>>();
  for (const { task_id, state } of tasks) {
    const group = groups.get(task_id) ?? new Map<string, number>();
    group.set(state ?? "waiting", (group.get(state ?? "waiting") ?? 0) + 1);
    groups.set(task_id, group);
  }
  return [...groups]
    .filter(([, states]) => !(states.size === 1 && states.has("waiting")))
    .map(([task, states]) => `${task} ${[...states].map(([state, count]) => `${count} ${state}`).join(", ")}`)
    .join("; ");
}

/** Runs the built `tagline` to its end; standard output. */
async function tagline(cwd: string, ...rest: readonly (string | NodeJS.ProcessEnv)[]): Promise<string> {
  const args = rest.filter((one): one is string => typeof one === "string");
  const env = rest.find((one): one is NodeJS.ProcessEnv => typeof one !== "string") ?? process.env;
  const { code, stdout, stderr } = await execute(process.execPath, [bin, ...args], cwd, {
    ...env,
    TAGLINE_PROJECT: cwd,
  });
  if (code !== 0)
    throw new Error(`tagline ${args.join(" ")} ended with ${code}:\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  return stdout;
}

interface Receiver {
  readonly url: string;
  readonly events: OpenLineageEvent[];
  readonly close: () => Promise<void>;
}

/** A server of Marquez's shape, as far as receiving goes. */
async function startReceiver(): Promise<Receiver> {
  const events: OpenLineageEvent[] = [];
  const server: Server = createServer((request, response) => {
    void read(request).then((body) => {
      const isRight = request.method === "POST" && request.url === "/api/v1/lineage";
      if (isRight) events.push(JSON.parse(body));
      response.writeHead(isRight ? 201 : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot listen for OpenLineage events");
  return {
    url: `http://127.0.0.1:${address.port}`,
    events,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}
