import { existsSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  listRuns,
  openLog,
  openReader,
  projectFiles,
  readLog,
  verifyLog,
} from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, temporaryFolder } from "./support.js";

test("openLog() makes no file before there is an event", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  await log.commit();
  await log.close();
  expect(readdirSync(root)).toEqual([]);
});

test("commit() keeps events in order, with author, host and clock", async () => {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "Ada <ada@example.org>", host: "lab" });
  const started = runStarted("R1");
  const cell = cellFinished("R1", 1);
  expect(log.append([started, cell])).toEqual([`${log.writer}.1`, `${log.writer}.2`]);
  await log.commit();
  await log.close();
  expect(readLog(root)).toEqual({
    events: [
      { v: 1, id: `${log.writer}.1`, hlc: [1000, 0], author: "Ada <ada@example.org>", host: "lab", event: started },
      { v: 1, id: `${log.writer}.2`, hlc: [1000, 1], author: "Ada <ada@example.org>", host: "lab", event: cell },
    ],
    problems: [],
  });
});

test("commit() writes what was queued during a sync as one batch", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const commits: Promise<void>[] = [];
  for (let count = 1; count <= 50; count += 1) {
    log.append(cellFinished("R1", count));
    commits.push(log.commit());
  }
  await Promise.all(commits);
  await log.close();
  const lines = readFileSync(join(projectFiles(root).lineage, `${log.writer}.jsonl`), "utf8")
    .trim()
    .split("\n");
  expect(lines.filter((line) => line.startsWith('{"n":'))).toHaveLength(2);
  expect(readLog(root).events.map(({ event }) => "count" in event && event.count)).toEqual(
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
});

test("commitSync() may come between an append and its commit", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append(cellFinished("R1", 1));
  const first = log.commit();
  log.append(cellFinished("R1", 2));
  log.commitSync();
  log.append(cellFinished("R1", 3));
  await Promise.all([first, log.commit()]);
  log.closeSync();
  expect(readLog(root).events).toHaveLength(3);
  expect(readLog(root).problems).toEqual([]);
});

test("close() notes the head and leaves no mark or lock behind", async () => {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 5 });
  log.append(runStarted("R1"));
  await log.close();
  const files = projectFiles(root);
  expect(readdirSync(files.lineage).sort()).toEqual([`${log.writer}.jsonl`, "heads.json"].sort());
  const heads = JSON.parse(readFileSync(files.heads, "utf8"));
  expect(heads[log.writer]).toMatchObject({
    events: 1,
    hlc: [5, 0],
    bytes: readFileSync(join(files.lineage, `${log.writer}.jsonl`)).length,
  });
});

test("two writers at once keep their own files and heads", async () => {
  const root = temporaryFolder();
  const logs = [openLog(root), openLog(root), openLog(root)];
  await Promise.all(
    logs.map(async (log, index) => {
      for (let count = 1; count <= 20; count += 1) {
        log.append(cellFinished(`R${index}`, count));
        await log.commit();
      }
      await log.close();
    }),
  );
  const { events, problems } = readLog(root);
  expect(events).toHaveLength(60);
  expect(problems).toEqual([]);
  expect(Object.keys(JSON.parse(readFileSync(projectFiles(root).heads, "utf8"))).sort()).toEqual(
    logs.map((log) => log.writer).sort(),
  );
});

test("append() keeps its order when the clock jumps back, in one writer and in the next", async () => {
  const root = temporaryFolder();
  let now = 10_000;
  const first = openLog(root, { clock: () => now });
  first.append(cellFinished("R1", 1));
  now = 4_000;
  first.append([cellFinished("R1", 2), cellFinished("R1", 3)]);
  await first.close();
  const second = openLog(root, { clock: () => now });
  second.append(cellFinished("R2", 4));
  await second.close();
  expect(readLog(root).events.map(({ event, hlc }) => ["count" in event && event.count, hlc])).toEqual([
    [1, [10_000, 0]],
    [2, [10_000, 1]],
    [3, [10_000, 2]],
    [4, [10_000, 3]],
  ]);
});

test("commit() rejects with a clear error where the folder cannot be written, and keeps the events for later", async () => {
  const root = temporaryFolder();
  // A file in the folder's place fails for root too, which no permission stops.
  writeFileSync(join(root, ".tagline"), "");
  const log = openLog(root);
  log.append(runStarted("R1"));
  await expect(log.commit()).rejects.toThrow(/^Cannot write the lineage log in .*lineage: .*TAGLINE_PROJECT/s);
  expect(() => log.commitSync()).toThrow(/^Cannot write the lineage log/);
  unlinkSync(join(root, ".tagline"));
  await log.commit();
  await log.close();
  expect(readLog(root).events).toHaveLength(1);
});

test("openLog() writes a .gitignore that keeps the catalog alone", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append(runStarted("R1"));
  await log.close();
  expect(readFileSync(join(root, ".tagline", ".gitignore"), "utf8")).toBe("*\n!.gitignore\n!catalog.json\n");
  expect(existsSync(join(root, ".tagline", "catalog.json"))).toBe(false);
});

test("openLog() keeps NaN, the infinities and bigints", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const at = "2026-11-24T06:00:00.000Z";
  const fit = {
    epochs: 1,
    batchSize: null,
    optimizer: null,
    loss: null,
    parameters: null,
    layers: [],
    backend: null,
    history: { loss: [1, Number.NaN] },
    durationMs: 1,
  };
  log.append([
    cellFinished("R", 1, {
      metrics: [
        { name: "loss", value: Number.NaN, at },
        { name: "best", value: Number.NEGATIVE_INFINITY, at },
      ],
      fits: [fit],
    }),
    runStarted("R2", { params: { big: 12n } }),
  ]);
  await log.close();
  const reader = openReader(root);
  expect(listRuns(reader).find(({ run }) => run === "R")?.metrics).toEqual({
    loss: Number.NaN,
    best: Number.NEGATIVE_INFINITY,
  });
  expect(reader.record("R")?.cells[0]?.trace.fits).toEqual([fit]);
  expect(reader.record("R2")?.started?.params).toEqual({ big: "12" });
});

test("commit() begins a new file when somebody removed the old one, and says again which run it is", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const reader = openReader(root);
  log.append([runStarted("R"), cellFinished("R", 1)]);
  await log.commit();
  reader.refresh();
  rmSync(join(root, ".tagline"), { recursive: true });
  log.append(cellFinished("R", 2));
  await log.commit();
  log.append(cellFinished("R", 3));
  await log.commit();
  expect(reader.refresh()).toBe(true);
  expect(reader.record("R")?.cells.map(({ count }) => count)).toEqual([2, 3]);
  expect(reader.record("R")?.started?.notebook).toBe("penguins.ipynb");
  expect(listRuns(reader)[0]?.status).toBe("running");
  await log.close();
  expect(verifyLog(root)).toMatchObject({ intact: true, events: 3, problems: [] });
});

test("close() lets go of everything even if it cannot write", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, ".tagline"), "");
  const log = openLog(root);
  log.append(runStarted("R"));
  await expect(log.close()).rejects.toThrow(/^Cannot write the lineage log/);
  expect(() => log.append(runStarted("R"))).toThrow(/closed/);
  await log.close();
});
