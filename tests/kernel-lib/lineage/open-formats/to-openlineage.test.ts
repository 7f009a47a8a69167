import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { openLog, openReader } from "../../../../kernel-lib/src/lineage/index.js";
import { toOpenLineage } from "../../../../kernel-lib/src/lineage/open-formats/index.js";
import type {
  OpenLineageDataset,
  OpenLineageEvent,
} from "../../../../kernel-lib/src/lineage/open-formats/openlineage-events.js";
import { readFired } from "../../../../kernel-lib/src/lineage/read-fired.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "../support.js";

const [SESSION, RUN] = ["01K8SESS10N000000000000000", "01K8P1PE11NE00000000000000"];
const at = "2026-11-24T06:00:00.000Z";
const use = { name: "rows", hash: "d".repeat(64), type: "table", bytes: 100, summary: "344 rows × 1 column" };

async function eventsOf(): Promise<{ root: string; events: OpenLineageEvent[] }> {
  const root = temporaryFolder();
  const raw = { path: join(root, "raw.csv"), mode: "read", sha256: "a".repeat(64), bytes: 10 } as const;
  const out = { path: join(root, "out.csv"), mode: "write", sha256: null, bytes: null } as const;
  let now = 1000;
  const log = openLog(root, { clock: () => (now += 1), author: "Ada", host: "lab" });
  log.append([
    { kind: "schedule.fired", schedule: "nightly", due: "2026-11-24T05:59:00.000Z", at, run: RUN },
    runStarted(RUN, {
      runKind: "pipeline",
      notebook: "train.ipynb",
      params: { units: 16, name: "x" },
      environment: { ...runStarted(RUN).environment, gitCommit: "c0ffee", gitDirty: false },
    }),
    stepFinished(RUN, "load", {
      at: "2026-11-24T06:00:01.000Z",
      durationMs: 500,
      outputs: [use],
      cells: [
        trace({
          files: [raw],
          tables: [{ name: "rows", rows: 344, columns: [{ name: "mass", type: "number" }] }],
          metrics: [{ name: "rows", value: 344, at }],
        }),
      ],
    }),
    stepFinished(RUN, "train", {
      status: "failed",
      inputs: [use],
      error: { name: "TypeError", message: "no rows", cellId: "t", line: 2 },
      cells: [trace()],
    }),
    stepFinished(RUN, "evaluate", { status: "skipped" }),
    { kind: "run.finished", run: RUN, status: "failed", at: "2026-11-24T06:00:02.000Z", durationMs: 2000 },
    runStarted(SESSION),
    cellFinished(SESSION, 1, { files: [raw, out] }),
    cellFinished(SESSION, 2, { files: [{ ...out, mode: "read" }] }),
  ]);
  await log.close();
  const reader = openReader(root);
  return { root, events: toOpenLineage(reader, [...reader.runs()], { namespace: "lab", fired: readFired(reader) }) };
}

function brief({ namespace, name, facets, inputFacets, outputFacets }: OpenLineageDataset): string {
  const facetNames = Object.keys({ ...facets, ...inputFacets, ...outputFacets });
  return `${namespace} ${basename(name)}: ${facetNames.join(" ")}`;
}

test("toOpenLineage() makes a run with a child run for each step that began, and a run for a session", async () => {
  const { events } = await eventsOf();
  expect(
    events.map(({ eventType, eventTime, job, inputs, outputs }) => [
      `${eventType} ${eventTime.slice(14, 23)} ${job.namespace} ${job.name}`,
      ...inputs.map((dataset) => `< ${brief(dataset)}`),
      ...outputs.map((dataset) => `> ${brief(dataset)}`),
    ]),
  ).toEqual([
    ["START 00:00.000 lab train.ipynb"],
    ["START 00:00.500 lab train.ipynb.load", "< file raw.csv: version datasetType inputStatistics"],
    [
      "COMPLETE 00:01.000 lab train.ipynb.load",
      "< file raw.csv: version datasetType inputStatistics",
      "> lab rows: version datasetType schema outputStatistics",
    ],
    ["START 00:00.990 lab train.ipynb.train", "< lab rows: version datasetType schema inputStatistics"],
    ["FAIL 00:01.000 lab train.ipynb.train", "< lab rows: version datasetType schema inputStatistics"],
    ["FAIL 00:02.000 lab train.ipynb"],
    ["START 00:00.000 lab penguins.ipynb#session"],
    [
      "COMPLETE 00:00.005 lab penguins.ipynb#session",
      "< file raw.csv: version datasetType inputStatistics",
      "> file out.csv: datasetType",
    ],
  ]);
});

test("a step's run names its parent, its schedule's moment, params, metrics and error", async () => {
  const { events } = await eventsOf();
  const plain = (event: OpenLineageEvent | undefined): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(event?.run.facets ?? {}).map(([name, { _producer, _schemaURL, ...fields }]) => [name, fields]),
    );
  const [start, , loaded, , failed, end] = events;
  const engine = { version: "20.20.0", name: "Node.js", openlineageAdapterVersion: "0.1.0" };
  const tag = (key: string, value: string) => ({ key, value, source: "TAGLINE" });
  expect(plain(start)).toEqual({
    processing_engine: engine,
    executionParameters: {
      parameters: [
        { key: "units", name: "units", value: "16" },
        { key: "name", name: "name", value: "x" },
      ],
    },
    tags: { tags: [tag("git_commit", "c0ffee")] },
    nominalTime: { nominalStartTime: "2026-11-24T05:59:00.000Z" },
  });
  expect(plain(loaded)).toEqual({
    parent: { run: { runId: start?.run.runId }, job: { namespace: "lab", name: "train.ipynb" } },
    processing_engine: engine,
    tags: { tags: [tag("cached", "false"), tag("key", "e".repeat(64)), tag("run", RUN), tag("metric.rows", "344")] },
  });
  expect(plain(failed)["errorMessage"]).toEqual({ message: "TypeError: no rows", programmingLanguage: "TypeScript" });
  expect(plain(end)).toMatchObject({
    tags: { tags: [tag("git_commit", "c0ffee"), tag("metric.rows", "344")] },
    errorMessage: { message: "TypeError: no rows" },
  });
});

test("what a step takes is the very dataset that another gave", async () => {
  const { events } = await eventsOf();
  const [, , loaded, train] = events;
  const { inputFacets, ...input } = train?.inputs[0] ?? {};
  const { outputFacets, ...output } = loaded?.outputs[0] ?? {};
  expect(input).toEqual(output);
  expect(output).toMatchObject({
    name: "train.ipynb.load/rows",
    facets: {
      version: { datasetVersion: use.hash },
      schema: { fields: [{ name: "mass", type: "number", ordinal_position: 1 }] },
    },
  });
});

test("runs have UUIDs that sort as their ULIDs do, the same every time", async () => {
  const [first, second] = await Promise.all([eventsOf(), eventsOf()]);
  const ids = ({ events }: { events: OpenLineageEvent[] }): string[] => events.map(({ run }) => run.runId);
  expect(ids(first)).toEqual(ids(second));
  for (const id of ids(first)) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
