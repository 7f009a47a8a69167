import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
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
import { timeline } from "../../../kernel-lib/src/lineage/questions/timeline.js";
import type { LogReader } from "../../../kernel-lib/src/lineage/reader.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "./support.js";

const indexOf = (root: string): string => join(projectFiles(root).folder, "cache", "lineage");
const manifestOf = (root: string): string => join(indexOf(root), "index.json");
const layersOf = (root: string): string[] =>
  readdirSync(indexOf(root))
    .filter((name) => name.endsWith(".layer"))
    .map((name) => join(indexOf(root), name));

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
    records: [...reader.runs()].map(whole),
    runs: listRuns(reader),
    alias: reader.aliasVersion("m", "production"),
    keys: [...reader.keys("")].map((key) => [key, [...reader.runs(key)].map(({ run }) => run)]),
    timeline: timeline(reader),
  };
}

test("openReader() tells the same from its index as from the log", async () => {
  const { root } = await written();
  const fresh = told(openReader(root));
  expect(existsSync(manifestOf(root))).toBe(false);
  openReader(root, { keepBytes: 1 });
  expect(existsSync(manifestOf(root))).toBe(true);
  expect(told(openReader(root))).toEqual(fresh);
  expect(why(openReader(root), "metric:loss").nodes.length).toBeGreaterThan(0);
});

test("openReader() adds to its index what came since, in an old segment and in a new one", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append([runStarted("R1"), cellFinished("R1", 1)]);
  await log.commit();
  openReader(root, { keepBytes: 1 });
  log.append(cellFinished("R1", 2));
  await log.close();
  const other = openLog(root);
  other.append([runStarted("R2"), cellFinished("R2", 1)]);
  await other.close();
  const reader = openReader(root);
  expect(reader.record("R1")?.cells.map(({ count }) => count)).toEqual([1, 2]);
  expect(reader.record("R2")?.cells).toHaveLength(1);
});

test("openReader() throws away an index that was changed, cut or is of another log", async () => {
  const { root, path } = await written();
  openReader(root, { keepBytes: 1 });
  const fresh = told(openReader(root));
  const bytes = readFileSync(manifestOf(root));
  for (const changed of [
    Buffer.alloc(0),
    Buffer.from("{}\n"),
    bytes.subarray(0, bytes.length - 5),
    Buffer.from(bytes.toString().replace('"format":3', '"format":0')),
    Buffer.from(bytes.toString().replace(/"bytes":\d/, '"bytes":7')),
    Buffer.from(bytes.toString().replace(".layer", ".lawyer")),
  ]) {
    writeFileSync(manifestOf(root), changed);
    expect(told(openReader(root))).toEqual(fresh);
  }
  // Somebody edits the segment itself: what it says now counts.
  writeFileSync(manifestOf(root), bytes);
  writeFileSync(path, readFileSync(path, "utf8").replaceAll('"count":2', '"count":7'));
  utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 5000));
  const reader = openReader(root);
  expect(reader.record("R1")?.cells.map(({ count }) => count)).toEqual([1, 7, 3]);
});

test("openReader() tells the same whatever byte of a layer is damaged, also while it is open", async () => {
  const { root } = await written();
  const fresh = told(openReader(root));
  openReader(root, { keepBytes: 1 });
  const [layer = ""] = layersOf(root);
  const size = statSync(layer).size;
  for (let at = 0; at < size; at += 97) {
    const open = openReader(root, { keepBytes: 1 });
    const [current = ""] = layersOf(root);
    const bytes = readFileSync(current);
    const place = Math.min(at, bytes.length - 1);
    bytes[place] = (bytes[place] ?? 0) ^ 0x20;
    writeFileSync(current, bytes);
    expect(told(open), `byte ${at} of an open index`).toEqual(fresh);
    expect(told(openReader(root, { keepBytes: 1 })), `byte ${at}`).toEqual(fresh);
  }
});

test("an index of many layers, merged now and then, tells the same as the log", async () => {
  const root = temporaryFolder();
  const logs = [openLog(root, { author: "a", host: "h" }), openLog(root, { author: "b", host: "g" })];
  const kept = openReader(root, { keepBytes: 1 });
  for (let round = 0; round < 30; round += 1) {
    const log = logs[round % 2];
    // Each run goes on while others of its writer begin.
    const [own, other] = [
      `R${String(round).padStart(2, "0")}`,
      `R${String(Math.max(round % 2, round - 4)).padStart(2, "0")}`,
    ];
    log?.append([
      runStarted(own, { notebook: `n${round % 4}.ipynb`, params: { round } }),
      cellFinished(own, 1, {
        cellId: `cell-${round % 5}`,
        metrics: [{ name: `m\t${round % 3}`, value: round, at: "" }],
      }),
      cellFinished(other, 2, { files: [{ path: `/f/${round % 7}`, mode: "write", sha256: null, bytes: null }] }),
    ]);
    await log?.commit();
    if (round % 3 === 0)
      log?.append({
        ...{ kind: "alias.moved", model: "m", alias: "production", version: `${round}`, previous: null },
        ...{ at: "2026-11-24T06:00:00.000Z", reason: null },
      });
    kept.refresh();
    expect(kept.runCount).toBe(round + 1);
    expect(listRuns(kept).map(({ run }) => run)).toContain(own);
  }
  for (const log of logs) await log.close();
  kept.refresh();
  expect(layersOf(root).length).toBeLessThan(10);
  const [fromOpen, fromDisk] = [told(kept), told(openReader(root))];
  rmSync(indexOf(root), { recursive: true });
  const fresh = told(openReader(root));
  expect(fromOpen).toEqual(fresh);
  expect(fromDisk).toEqual(fresh);
});

test("two readers that both keep the index up do not disturb each other", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const readers = [openReader(root, { keepBytes: 1 }), openReader(root, { keepBytes: 1 })];
  for (let round = 0; round < 40; round += 1) {
    log.append([runStarted(`R${round}`), cellFinished(`R${round}`, 1)]);
    await log.commit();
    for (const reader of round % 3 === 0 ? readers : [readers[round % 2]]) reader?.refresh();
  }
  await log.close();
  for (const reader of readers) reader.refresh();
  expect(readers.map((reader) => [...reader.runs()].length)).toEqual([40, 40]);
  expect(readers.map((reader) => reader.record("R7")?.cells.length)).toEqual([1, 1]);
  expect([...openReader(root).runs()].length).toBe(40);
});

test("openReader() keeps all in memory where it cannot write", async () => {
  const { root } = await written();
  const fresh = told(openReader(root));
  writeFileSync(join(projectFiles(root).folder, "cache"), "a file where the folder should be");
  expect(told(openReader(root, { keepBytes: 1 }))).toEqual(fresh);
});

test("openReader() makes no index of a small log, and none where no project is", async () => {
  const { root } = await written();
  openReader(root);
  expect(existsSync(manifestOf(root))).toBe(false);
  const empty = temporaryFolder();
  openReader(empty, { keepBytes: 0 });
  expect(readdirSync(empty)).toEqual([]);
});

test("names that mean something to JavaScript or to the index are names like any other", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const names = ["__proto__", "constructor", "a\tb", "a\\b", "a\nb", "a b\"c'", "", "häß 🐧"];
  log.append(runStarted("R1", { notebook: "dir/__proto__.ipynb" }));
  log.append(
    cellFinished("R1", 1, {
      metrics: names.map((name, value) => ({ name, value, at: "" })),
      params: names.map((name) => ({ name, value: name, default: null })),
    }),
  );
  await log.close();
  openReader(root, { keepBytes: 1 });
  const reader = openReader(root);
  expect(Object.entries(reader.record("R1")?.digest.metrics ?? {})).toEqual(names.map((name, value) => [name, value]));
  for (const [value, name] of names.entries()) expect(why(reader, `metric:${name}`).nodes[0]?.value).toBe(value);
});
