import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  listRuns,
  openLog,
  openReader,
  projectFiles,
  type RunRecord,
  why,
} from "../../../kernel-lib/src/lineage/index.js";
import type { LogReader } from "../../../kernel-lib/src/lineage/reader.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "./support.js";

const snapshotOf = (root: string): string => join(projectFiles(root).folder, "cache", "lineage", "fold.jsonl");

async function written(): Promise<{ root: string; path: string }> {
  const root = temporaryFolder();
  const log = openLog(root, { author: "a", host: "h" });
  const file = { path: `${root}/data.csv`, mode: "read" as const, sha256: "a".repeat(64), bytes: 3 };
  for (const run of ["R1", "R2", "R3"]) {
    log.append(runStarted(run, { params: { rate: Number.NaN } }));
    // Two runs of one writer, line by line.
    for (let count = 1; count <= 3; count += 1)
      log.append([
        cellFinished(run, count, {
          files: [file],
          metrics: [{ name: "loss", value: count === 3 ? Number.NaN : count }] as never,
        }),
        stepFinished("P", `${run}-${count}`, { cells: [trace({ cellId: `c${count}` })] }),
      ]);
    await log.commit();
  }
  log.append({
    kind: "alias.moved",
    model: "m",
    alias: "production",
    version: "1".repeat(64),
    previous: null,
    at: "2026-11-24T06:00:00.000Z",
    reason: null,
  });
  await log.close();
  return { root, path: join(projectFiles(root).lineage, `${log.writer}.jsonl`) };
}

/** Everything that a reader tells, bodies included. */
function told(reader: LogReader): unknown {
  const whole = ({ run, started, finished, models, cells, steps, digest }: RunRecord) => ({
    run,
    started,
    finished,
    models,
    cells,
    steps,
    digest,
  });
  return {
    records: reader.records().map(whole),
    runs: listRuns(reader),
    alias: reader.aliasVersion("m", "production"),
    paths: [...reader.files.paths()].map((path) => [path, [...reader.files.readers(path)].sort()]),
  };
}

test("openReader() tells the same from a snapshot as from the log", async () => {
  const { root } = await written();
  const fresh = told(openReader(root));
  expect(existsSync(snapshotOf(root))).toBe(false);
  openReader(root, { snapshotBytes: 1 });
  expect(existsSync(snapshotOf(root))).toBe(true);
  expect(told(openReader(root))).toEqual(fresh);
  expect(why(openReader(root), "metric:loss").nodes.length).toBeGreaterThan(0);
});

test("openReader() adds to a snapshot what came since, in an old segment and in a new one", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append([runStarted("R1"), cellFinished("R1", 1)]);
  await log.commit();
  openReader(root, { snapshotBytes: 1 });
  log.append(cellFinished("R1", 2));
  await log.close();
  const other = openLog(root);
  other.append([runStarted("R2"), cellFinished("R2", 1)]);
  await other.close();
  const reader = openReader(root);
  expect(reader.record("R1")?.cells.map(({ count }) => count)).toEqual([1, 2]);
  expect(reader.record("R2")?.cells).toHaveLength(1);
});

test("openReader() throws away a snapshot that was changed, cut or is of another log", async () => {
  const { root, path } = await written();
  openReader(root, { snapshotBytes: 1 });
  const fresh = told(openReader(root));
  const bytes = readFileSync(snapshotOf(root));
  for (const changed of [
    Buffer.alloc(0),
    Buffer.from("{}\n"),
    bytes.subarray(0, bytes.length - 5),
    Buffer.from(bytes.toString().replace('"format":1', '"format":0')),
    Buffer.from(bytes.toString().replace('"loss":2', '"loss":9')),
    Buffer.from(bytes.toString().replace(/"metrics":\{"loss":"NaN"\}/, '"metrics":{"loss":7}')),
  ]) {
    writeFileSync(snapshotOf(root), changed);
    expect(told(openReader(root))).toEqual(fresh);
  }
  // Somebody edits the segment itself: what it says now counts.
  writeFileSync(snapshotOf(root), bytes);
  writeFileSync(path, readFileSync(path, "utf8").replaceAll('"count":2', '"count":7'));
  utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 5000));
  expect(
    openReader(root)
      .record("R1")
      ?.cells.map(({ count }) => count),
  ).toEqual([1, 7, 3]);
});

test("openReader() makes no snapshot of a small log, and none where no project is", async () => {
  const { root } = await written();
  openReader(root);
  expect(existsSync(snapshotOf(root))).toBe(false);
  const empty = temporaryFolder();
  openReader(empty, { snapshotBytes: 0 });
  expect(readdirSync(empty)).toEqual([]);
});
