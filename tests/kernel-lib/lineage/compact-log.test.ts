import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compactLog } from "../../../kernel-lib/src/lineage/compact-log.js";
import { eraseLog } from "../../../kernel-lib/src/lineage/erase-log.js";
import { findRequest } from "../../../kernel-lib/src/lineage/find-request.js";
import {
  type EventEnvelope,
  LogTail,
  listRuns,
  openLog,
  openReader,
  projectFiles,
  readLog,
  verifyLog,
  why,
} from "../../../kernel-lib/src/lineage/index.js";
import { toOpenLineage } from "../../../kernel-lib/src/lineage/open-formats/index.js";
import { queryEvents } from "../../../kernel-lib/src/lineage/open-formats/query-events.js";
import { diffRuns } from "../../../kernel-lib/src/lineage/questions/diff-runs.js";
import { findStale } from "../../../kernel-lib/src/lineage/questions/find-stale.js";
import { impact } from "../../../kernel-lib/src/lineage/questions/impact.js";
import { timeline } from "../../../kernel-lib/src/lineage/questions/timeline.js";
import { encodeBatch } from "../../../kernel-lib/src/lineage/segment.js";
import { compactKills } from "./compact-kills.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "./support.js";

/** Numerical Recipes' generator, so that a project can be had again. */
function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Many small segments of sessions and pipelines, with files, models, aliases and requests; runs of several lengths. */
async function project(root: string, segments: number, seed: number): Promise<void> {
  const draw = drawing(seed);
  let now = 1_700_000_000_000;
  for (let index = 0; index < segments; index += 1) {
    const author = ["Ada <ada@example.org>", "Bob <bob@example.org>", "Cy"][draw(3)] ?? "Cy";
    const log = openLog(root, { author, host: `h${draw(2)}`, clock: () => (now += draw(7) - 2) });
    const run = `RUN${String(index).padStart(6, "0")}`;
    const isPipeline = draw(2) === 0;
    log.append(runStarted(run, { runKind: isPipeline ? "pipeline" : "session", params: { rate: draw(9) } }));
    for (let count = 1; count <= 1 + draw(6); count += 1) {
      const file = {
        path: `/data/${draw(5)}.csv`,
        mode: draw(3) === 0 ? ("write" as const) : ("read" as const),
        sha256: String(draw(10)).repeat(64),
        bytes: 10,
      };
      const more = {
        cellId: `c${draw(4)}`,
        reads: [`v${draw(4)}`],
        writes: [`v${draw(4)}`],
        files: draw(2) === 0 ? [file] : [],
        metrics: [{ name: "accuracy", value: draw(5) === 0 ? Number.NaN : draw(100) / 100 }] as never,
      };
      if (isPipeline) log.append(stepFinished(run, `s${count}`, { cells: [trace(more)] }));
      else log.append(cellFinished(run, count, more));
      if (draw(2) === 0) await log.commit();
    }
    if (draw(3) === 0)
      log.append({
        kind: "model.registered",
        ...{ model: "m", version: String(draw(3)).repeat(64), number: 1 + draw(3), run, notebook: "penguins.ipynb" },
        ...{ cellId: "c1", at: new Date(now).toISOString(), target: null, metrics: {}, artifacts: [], isNew: true },
      });
    if (draw(3) === 0)
      log.append({
        kind: "alias.moved",
        ...{ model: "m", alias: "production", version: String(draw(3)).repeat(64), previous: null },
        ...{ at: new Date(now).toISOString(), reason: null },
      });
    if (draw(4) === 0)
      log.append({
        kind: "request.served",
        ...{ id: `01REQUEST${String(index).padStart(17, "0")}`, model: "m", version: "1".repeat(64), durationMs: 1 },
        ...{ at: new Date(now).toISOString(), status: 200, rows: 1, bodyHash: "b".repeat(64) },
      });
    if (draw(4) > 0)
      log.append({ kind: "run.finished", run, status: "succeeded", at: new Date(now).toISOString(), durationMs: 9 });
    await log.close();
  }
}

/** All that can be asked, as one text. */
async function answers(root: string): Promise<string> {
  const reader = openReader(root);
  const runs = listRuns(reader);
  const [first = "", second = ""] = [runs.at(-1)?.run, runs[0]?.run];
  return JSON.stringify([
    readLog(root),
    runs,
    reader.records().map(({ cells, steps, models, finished }) => [cells, steps, models, finished]),
    why(reader, "metric:accuracy"),
    impact(reader, "file:/data/1.csv"),
    diffRuns(reader, first, second),
    timeline(root, { limit: 10_000 }),
    readLog(root).events.flatMap(({ event }) =>
      event.kind === "request.served" ? [findRequest(reader, event.id)] : [],
    ),
    reader.records().map((record) => findStale(record, [])),
    toOpenLineage(reader, reader.records()),
    [reader.aliasVersion("m", "production"), [...reader.keys("")]],
    await queryEvents(root, "select * from events"),
    await queryEvents(root, "select name, count(*), max(value) from metrics group by all order by all"),
  ]);
}

const segmentsOf = (root: string): string[] =>
  readdirSync(projectFiles(root).lineage).filter((name) => name.includes(".jsonl"));

test.each([1, 2])(
  "compactLog() makes many segments one file, and every answer stays byte for byte (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    const root = temporaryFolder();
    await project(root, 40, seed);
    const before = await answers(root);
    const { events } = verifyLog(root);
    const open = openReader(root);
    const tail = new LogTail(root);
    tail.refresh(() => {});
    expect(compactLog(root, { dryRun: true })).toMatchObject({ segments: 40, files: 1, left: [] });
    expect(segmentsOf(root)).toHaveLength(40);
    const done = compactLog(root);
    expect(done).toMatchObject({ segments: 40, files: 1, left: [] });
    expect(done.bytesAfter).toBeLessThan(done.bytesBefore / 2);
    expect(readdirSync(projectFiles(root).lineage).sort()).toEqual([
      expect.stringMatching(/^[0-9A-Z]{26}\.jsonl\.gz$/),
      "heads.json",
    ]);
    expect(await answers(root)).toBe(before);
    expect(verifyLog(root)).toEqual({ intact: true, segments: 1, events, erased: 0, problems: [] });
    // Who had it open goes on without reading anything again.
    expect(tail.isStale()).toBe(false);
    const seen: EventEnvelope[] = [];
    expect(tail.refresh((more) => void seen.push(...more))).toBe(false);
    expect(open.refresh()).toBe(false);
    expect(JSON.stringify(open.records().map(({ cells, steps }) => [cells, steps]))).toBe(
      JSON.stringify(
        openReader(root)
          .records()
          .map(({ cells, steps }) => [cells, steps]),
      ),
    );
    expect(compactLog(root)).toMatchObject({ segments: 0, files: 0 });
    // More comes, and goes the same way.
    await project(root, 20, seed + 100);
    const later = await answers(root);
    expect(compactLog(root)).toMatchObject({ segments: 20, files: 1 });
    expect(segmentsOf(root)).toHaveLength(1);
    expect(await answers(root)).toBe(later);
    expect(verifyLog(root)).toMatchObject({ intact: true, segments: 1, problems: [] });
  },
);

test("a compacted file is read by any program that reads gzip, one JSON object a line", async () => {
  const root = temporaryFolder();
  await project(root, 5, 9);
  const events = readLog(root).events.length;
  compactLog(root);
  const [name = ""] = segmentsOf(root);
  const lines = execFileSync("zcat", [join(projectFiles(root).lineage, name)], { encoding: "utf8" })
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ compacted: 1, replaces: [], segments: [{}, {}, {}, {}, {}] });
  expect(lines.filter(({ event }) => event !== undefined)).toHaveLength(events);
});

test("compactLog() leaves what is still written, newer or not as it was written, and takes no torn tail along", async () => {
  const root = temporaryFolder();
  await project(root, 4, 4);
  const { lineage } = projectFiles(root);
  const names = segmentsOf(root).sort();
  const live = openLog(root);
  live.append(runStarted("LIVE"));
  await live.commit();
  const newer = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
  const line = JSON.stringify({ v: 2, id: `${newer}.1`, hlc: [1, 0], author: "a", host: "h", event: runStarted("N") });
  writeFileSync(join(lineage, `${newer}.jsonl`), encodeBatch([line], newer).bytes);
  const [edited = "", torn = ""] = names;
  const path = join(lineage, edited);
  writeFileSync(path, readFileSync(path, "utf8").replace("penguins", "pinguins"));
  // As a process leaves it that is killed while it writes.
  appendFileSync(join(lineage, torn), '{"v":1,"half');
  const heads = JSON.parse(readFileSync(projectFiles(root).heads, "utf8"));
  delete heads[torn.slice(0, 26)].closed;
  writeFileSync(projectFiles(root).heads, JSON.stringify(heads));
  const now = Date.now() + 3_600_000;
  expect(compactLog(root, { now })).toMatchObject({
    segments: 3,
    left: [
      { writer: edited.slice(0, 26), reason: "it is not what was written" },
      { writer: live.writer, reason: "it is still written" },
      { writer: newer, reason: "a later version of Tagline wrote it" },
    ],
  });
  writeFileSync(path, readFileSync(path, "utf8").replace("pinguins", "penguins"));
  expect(verifyLog(root).problems.map(({ kind, writer }) => [kind, writer])).toEqual([
    ["copied", newer],
    ["newer", newer],
  ]);
  await live.close();
  expect(compactLog(root, { beforeMs: 1000 })).toMatchObject({ segments: 0, left: [] });
});

test("verifyLog() finds every byte of a compacted file that was changed, and one that is cut or gone", {
  timeout: 120_000,
}, async () => {
  const root = temporaryFolder();
  await project(root, 3, 5);
  compactLog(root);
  const { lineage } = projectFiles(root);
  const path = join(lineage, segmentsOf(root)[0] ?? "");
  const bytes = readFileSync(path);
  const missed: string[] = [];
  const check = (what: string, changed: Buffer): void => {
    writeFileSync(path, changed);
    const { intact, problems } = verifyLog(root, { searchBytes: 0 });
    if (intact || problems.length === 0) missed.push(what);
  };
  for (let offset = 0; offset < bytes.length; offset += 1) {
    const flipped = Buffer.from(bytes);
    flipped[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
    check(`flip ${offset}`, flipped);
    if (offset % 7 !== 0) continue;
    check(`drop ${offset}`, Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + 1)]));
    check(`insert ${offset}`, Buffer.concat([bytes.subarray(0, offset), Buffer.of(7), bytes.subarray(offset)]));
    check(`cut ${offset}`, bytes.subarray(0, offset));
  }
  check("double", Buffer.concat([bytes, bytes]));
  expect(missed).toEqual([]);
  writeFileSync(path, bytes);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  unlinkSync(path);
  expect(verifyLog(root)).toMatchObject({
    intact: false,
    problems: [{ kind: "cut", message: expect.stringMatching(/^\S+\.jsonl\.gz is gone; it held \d+ events$/) }],
  });
});

test("eraseLog() takes a person out of a compacted file, whose chains stay", async () => {
  const root = temporaryFolder();
  await project(root, 12, 6);
  compactLog(root);
  await project(root, 3, 7);
  const before = readLog(root).events;
  const kept = before.filter(({ author }) => !author.startsWith("Ada"));
  expect(kept.length).toBeLessThan(before.length);
  const [old] = segmentsOf(root).filter((name) => name.endsWith(".gz"));
  const tail = new LogTail(root);
  tail.refresh(() => {});
  expect(eraseLog(root, { author: "ada@example.org" }).events).toBe(before.length - kept.length);
  expect(segmentsOf(root)).not.toContain(old);
  expect(readLog(root).events.filter(({ event }) => event.kind !== "lineage.erased")).toEqual(kept);
  expect(tail.isStale()).toBe(true);
  expect(verifyLog(root)).toMatchObject({ intact: true, erased: before.length - kept.length, problems: [] });
  compactLog(root);
  expect(verifyLog(root)).toMatchObject({ intact: true, erased: before.length - kept.length, problems: [] });
});

test("a segment that was compacted and is copied here again counts once; what came to it elsewhere counts too", async () => {
  const root = temporaryFolder();
  const { lineage } = projectFiles(root);
  const log = openLog(root, { author: "a", host: "h" });
  log.append(runStarted("R"));
  await log.commit();
  log.append(cellFinished("R", 1));
  await log.close();
  const path = join(lineage, `${log.writer}.jsonl`);
  const whole = join(temporaryFolder(), "whole");
  copyFileSync(path, whole);
  const bytes = readFileSync(path);
  const first = bytes.subarray(0, bytes.indexOf("\n", bytes.indexOf('{"n":')) + 1);
  // Here it was known only as far as its first batch.
  const heads = JSON.parse(readFileSync(projectFiles(root).heads, "utf8"));
  writeFileSync(path, first);
  delete heads[log.writer];
  writeFileSync(projectFiles(root).heads, JSON.stringify(heads));
  await project(root, 2, 8);
  compactLog(root, { now: Date.now() + 3_600_000 });
  const tail = new LogTail(root);
  let seen = 0;
  tail.refresh((events) => (seen += events.length));
  const before = seen;
  copyFileSync(whole, path);
  expect(tail.isStale()).toBe(false);
  tail.refresh((events) => (seen += events.length));
  expect(seen).toBe(before + 1);
  expect(readLog(root).events).toHaveLength(before + 1);
  expect(verifyLog(root)).toMatchObject({ intact: true, events: before + 1 });
  compactLog(root, { now: Date.now() + 3_600_000 });
  expect(segmentsOf(root)).toHaveLength(1);
  expect(readLog(root).events).toHaveLength(before + 1);
  expect(verifyLog(root)).toMatchObject({ intact: true, events: before + 1, problems: [] });
});

test("a segment that is copied beside itself counts once, and verifyLog() says so", async () => {
  const root = temporaryFolder();
  await project(root, 2, 11);
  const events = readLog(root).events;
  const { lineage } = projectFiles(root);
  const [name = ""] = segmentsOf(root);
  const copy = name.replace(".jsonl", " (copy).jsonl");
  copyFileSync(join(lineage, name), join(lineage, copy));
  expect(readLog(root).events).toEqual(events);
  expect(verifyLog(root)).toMatchObject({
    intact: true,
    events: events.length,
    problems: [
      {
        kind: "copied",
        message: `${copy} has no writer's name: somebody copied it, or called it so. It counts for nothing`,
      },
    ],
  });
  compactLog(root);
  expect(segmentsOf(root)).toHaveLength(2);
  expect(readLog(root).events).toEqual(events);
});

test("what is written after a compaction comes after all that was compacted, though the clock jumped back", async () => {
  const root = temporaryFolder();
  await project(root, 3, 12);
  compactLog(root);
  const log = openLog(root, { clock: () => 1000 });
  log.append(runStarted("AFTER"));
  await log.close();
  expect(readLog(root).events.at(-1)?.event).toMatchObject({ run: "AFTER" });
});

test("compactLog() leaves all as it was where the disk has no room for the packed file", async () => {
  const root = temporaryFolder();
  await project(root, 30, 13);
  const { lineage } = projectFiles(root);
  const before = readdirSync(lineage).map((name) => [name, readFileSync(join(lineage, name), "latin1")]);
  const compact = `import(${JSON.stringify(new URL("../../../kernel-lib/dist/lineage/compact-log.js", import.meta.url).href)}).then(({ compactLog }) => compactLog(${JSON.stringify(root)}))`;
  const run = (limit: string) =>
    spawnSync("prlimit", [`--fsize=${limit}`, process.execPath, "-e", compact], { encoding: "utf8" });
  const failed = run("4096");
  expect([failed.status, failed.stderr]).toEqual([1, expect.stringContaining("EFBIG")]);
  expect(readdirSync(lineage).map((name) => [name, readFileSync(join(lineage, name), "latin1")])).toEqual(before);
  expect(run("unlimited").status).toBe(0);
  expect(segmentsOf(root)).toHaveLength(1);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
});

test("compactLog() clears up what a killed one left, though there is nothing more to compact", async () => {
  const root = temporaryFolder();
  await project(root, 3, 14);
  const { lineage, heads } = projectFiles(root);
  const [name = ""] = segmentsOf(root);
  const bytes = readFileSync(join(lineage, name));
  const events = readLog(root).events;
  const headsBefore = JSON.parse(readFileSync(heads, "utf8"));
  compactLog(root);
  // Killed before it removed the old ones and its half-written file, and before it noted its head.
  for (const noted of [readFileSync(heads, "utf8"), JSON.stringify(headsBefore)]) {
    writeFileSync(heads, noted);
    writeFileSync(join(lineage, name), bytes);
    writeFileSync(join(lineage, "01ARZ3NDEKTSV4RRFFQ69G5FAV.jsonl.gz.x.compacting"), "half");
    expect(readLog(root).events).toEqual(events);
    expect(verifyLog(root)).toMatchObject({ intact: true, events: events.length });
    expect(compactLog(root)).toMatchObject({ segments: 0, files: 0 });
    expect(readdirSync(lineage)).toHaveLength(2);
    expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  }
});

test("12 kill -9 of a process that compacts lose nothing and count nothing twice", { timeout: 180_000 }, async () => {
  expect(await compactKills(12, 20_261_124)).toBeGreaterThanOrEqual(12);
});
