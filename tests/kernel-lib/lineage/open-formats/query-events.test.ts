import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "../../../../kernel-lib/src/lineage/index.js";
import { QueryError, queryEvents, SQL_TABLES } from "../../../../kernel-lib/src/lineage/open-formats/index.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "../support.js";

const [SESSION, RUN] = ["01SESSION0000000000000000A", "01PIPELINE000000000000000A"];
const at = "2026-11-24T06:00:00.000Z";

async function project(): Promise<string> {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "Ada", host: "lab" });
  log.append([
    runStarted(SESSION),
    cellFinished(SESSION, 1, {
      cellId: "fit",
      reads: ["rows"],
      writes: ["model"],
      files: [{ path: "/data.csv", mode: "read", sha256: "a", bytes: 5_000_000_000 }],
      params: [{ name: "units", value: 16, default: 8 }],
      metrics: [
        { name: "loss", value: 0.5, step: 0, at },
        { name: "loss", value: Number.NaN, step: 1, at },
        { name: "best", value: Number.POSITIVE_INFINITY, at },
      ],
    }),
    runStarted(RUN, { runKind: "pipeline", params: { units: [1, 2] } }),
    stepFinished(RUN, "train", { cells: [trace({ cellId: "t", metrics: [{ name: "loss", value: 0.25, at }] })] }),
    { kind: "run.finished", run: RUN, status: "succeeded", at, durationMs: 10 },
  ]);
  await log.close();
  return root;
}

test("queryEvents() answers over runs, executions, metrics, params and files", async () => {
  const root = await project();
  const rows = async (sql: string): Promise<readonly unknown[]> => (await queryEvents(root, sql)).rows;
  expect(await rows("select kind, count(*) as n from events group by all order by kind")).toEqual([
    { kind: "cell.finished", n: "1" },
    { kind: "run.finished", n: "1" },
    { kind: "run.started", n: "2" },
    { kind: "step.finished", n: "1" },
  ]);
  expect(await rows("select run, step, cell, name, value, at_step from metrics order by all")).toEqual([
    { run: RUN, step: "train", cell: "t", name: "loss", value: 0.25, at_step: null },
    { run: SESSION, step: null, cell: "fit", name: "best", value: "Infinity", at_step: null },
    { run: SESSION, step: null, cell: "fit", name: "loss", value: 0.5, at_step: "0" },
    { run: SESSION, step: null, cell: "fit", name: "loss", value: "NaN", at_step: "1" },
  ]);
  expect(await rows("select run, kind, status, author, params->>'units' as units from runs order by run")).toEqual([
    { run: RUN, kind: "pipeline", status: "succeeded", author: "Ada", units: "[1,2]" },
    { run: SESSION, kind: "session", status: null, author: "Ada", units: null },
  ]);
  expect(await rows('select name, value, "default" from params')).toEqual([
    { name: "units", value: "16", default: "8" },
  ]);
  expect(await rows("select path, bytes from files")).toEqual([{ path: "/data.csv", bytes: "5000000000" }]);
  expect(await rows("select reads, writes from executions where cell = 'fit'")).toEqual([
    { reads: ["rows"], writes: ["model"] },
  ]);
});

test("each table can be asked in a project where nothing happened yet", async () => {
  const root = temporaryFolder();
  for (const name of SQL_TABLES) expect((await queryEvents(root, `from ${name}`)).rows, name).toEqual([]);
});

test("a query reaches no file, and changes nothing that lasts", async () => {
  const root = await project();
  const out = join(root, "out.csv");
  for (const sql of [
    `copy events to '${out}'`,
    "select * from read_text('/etc/hostname')",
    "install httpfs",
    "set enable_external_access = true",
    "selec 1",
  ])
    await expect(queryEvents(root, sql), sql).rejects.toThrow(QueryError);
  expect(existsSync(out)).toBe(false);
  await queryEvents(root, "delete from events");
  expect((await queryEvents(root, "select count(*) as n from events")).rows).toEqual([{ n: "5" }]);
});
