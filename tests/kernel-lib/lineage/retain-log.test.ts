import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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
import { readRetention } from "../../../kernel-lib/src/lineage/read-retention.js";
import { retainLog } from "../../../kernel-lib/src/lineage/retain-log.js";
import { tidyLog } from "../../../kernel-lib/src/lineage/tidy-log.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder } from "./support.js";

const DAY_MS = 24 * 3_600_000;
const START_MS = Date.parse("2026-01-01T00:00:00Z");

/** One segment for a run that ended at a day after the start. */
async function run(root: string, name: string, day: number, events: readonly unknown[] = []): Promise<string> {
  const at = new Date(START_MS + day * DAY_MS).toISOString();
  const log = openLog(root, { author: "a", host: "h", clock: () => START_MS + day * DAY_MS });
  log.append([runStarted(name, { at, runKind: "pipeline" }), ...(events as [])]);
  log.append({ kind: "run.finished", run: name, status: "succeeded", at, durationMs: 1 });
  await log.close();
  return log.writer;
}

const file = (path: string, mode: "read" | "write", digit: string) => ({
  path,
  mode,
  sha256: digit.repeat(64),
  bytes: 1,
});

const step = (name: string, files: readonly unknown[], more: object = {}) =>
  stepFinished(name, "train", {
    cells: [{ ...cellFinished(name, 1).trace, startedAt: "2026-01-01T00:00:00Z", files: files as never }],
    at: "2026-01-01T00:00:00Z",
    ...more,
  });

const model = (name: string) => ({
  kind: "model.registered" as const,
  ...{ model: "penguins", version: "1".repeat(64), number: 3, run: name, notebook: null, cellId: null },
  ...{ at: "2026-01-01T00:00:00Z", target: null, metrics: {}, artifacts: [], isNew: true },
});

const fired = (name: string, due: string) => ({
  kind: "schedule.fired" as const,
  ...{ schedule: "daily", due, at: due, run: name },
});

test("retainLog() takes out what is older than its age, and nothing that something still needs", async () => {
  const root = temporaryFolder();
  const { objects, runs } = projectFiles(root);
  const object = (digit: string): string => join(objects, digit.repeat(2), digit.repeat(62));
  for (const digit of ["a", "b"]) {
    mkdirSync(join(objects, digit.repeat(2)), { recursive: true });
    writeFileSync(object(digit), "{}");
  }
  const output = (digit: string) => ({
    outputs: [{ name: "x", hash: digit.repeat(64), type: "json", bytes: 1, summary: "1", object: digit.repeat(64) }],
  });
  await run(root, "WROTE", 1, [step("WROTE", [file("/data/clean.csv", "write", "7")])]);
  await run(root, "OTHER", 2, [step("OTHER", [file("/data/clean.csv", "write", "8")], output("a"))]);
  await run(root, "MODEL", 3, [step("MODEL", [file("/data/clean.csv", "read", "7")], output("b")), model("MODEL")]);
  await run(root, "FIRED1", 4, [fired("FIRED1", "2026-01-05T00:00:00Z")]);
  await run(root, "FIRED2", 5, [fired("FIRED2", "2026-01-06T00:00:00Z")]);
  await run(root, "RESULT", 6, [step("RESULT", [])]);
  await run(root, "PLAIN", 7);
  await run(root, "YOUNG", 99, [step("YOUNG", [], { status: "cached", cachedFrom: "RESULT" })]);
  mkdirSync(join(runs, "PLAIN"), { recursive: true });
  writeFileSync(join(runs, "PLAIN", "notebook.ipynb"), "{}");
  const now = START_MS + 100 * DAY_MS;
  const before = readLog(root);
  const planned = retainLog(root, { ageMs: 30 * DAY_MS }, { now, dryRun: true });
  expect(planned).toMatchObject({ runs: ["FIRED1", "OTHER", "PLAIN"], objects: ["a".repeat(64)] });
  expect(planned.needed).toEqual([
    { run: "RESULT", reason: "run YOUNG has its step train from it" },
    { run: "FIRED2", reason: "it is the last run of schedule daily" },
    { run: "MODEL", reason: "it made version 3 of penguins" },
    { run: "WROTE", reason: "run MODEL reads /data/clean.csv, which it wrote" },
  ]);
  expect(readLog(root)).toEqual(before);
  expect(retainLog(root, { ageMs: 30 * DAY_MS }, { now })).toEqual(planned);
  expect(
    listRuns(root)
      .map((each) => each.run)
      .sort(),
  ).toEqual(["FIRED2", "MODEL", "RESULT", "WROTE", "YOUNG"]);
  expect([existsSync(object("a")), existsSync(object("b")), existsSync(join(runs, "PLAIN"))]).toEqual([
    false,
    true,
    false,
  ]);
  expect(readLog(root).events.at(-1)?.event).toMatchObject({ kind: "lineage.erased", what: "retention", runs: 3 });
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  expect(retainLog(root, { ageMs: 30 * DAY_MS }, { now })).toMatchObject({ events: 0, runs: [] });
  expect(readdirSync(projectFiles(root).lineage).some((name) => name.endsWith(".lock"))).toBe(false);
});

test("retainLog() keeps the newest runs, and whatever one of two limits keeps", async () => {
  const root = temporaryFolder();
  for (const day of [1, 2, 3, 50, 51]) await run(root, `R${day}`, day);
  const now = START_MS + 52 * DAY_MS;
  const gone = (retention: Parameters<typeof retainLog>[1]) => retainLog(root, retention, { now, dryRun: true }).runs;
  expect(gone({ runs: 3 })).toEqual(["R1", "R2"]);
  expect(gone({ ageMs: 5 * DAY_MS })).toEqual(["R1", "R2", "R3"]);
  expect(gone({ ageMs: 5 * DAY_MS, runs: 4 })).toEqual(["R1"]);
  expect(gone({})).toEqual([]);
});

test("retainLog() leaves what still is written, and takes out old requests", async () => {
  const root = temporaryFolder();
  const request = (id: string) => ({
    kind: "request.served" as const,
    ...{ id, model: "m", version: "1".repeat(64), at: "2026-01-01T00:00:00Z", durationMs: 1 },
    ...{ status: 200, rows: 1, bodyHash: "b".repeat(64) },
  });
  const live = openLog(root, { clock: () => START_MS });
  live.append([runStarted("LIVE"), request("LIVE")]);
  await live.commit();
  let now = START_MS;
  const served = openLog(root, { clock: () => now });
  served.append(request("OLD"));
  now += 50 * DAY_MS;
  served.append(request("NEW"));
  await served.close();
  expect(retainLog(root, { ageMs: 10 * DAY_MS }, { now })).toMatchObject({
    events: 1,
    runs: [],
    needed: [{ run: "LIVE", reason: "its process still writes" }],
  });
  const ids = readLog(root).events.flatMap(({ event }) => (event.kind === "request.served" ? [event.id] : []));
  expect(ids.sort()).toEqual(["LIVE", "NEW"]);
  await live.close();
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
});

test("readRetention() says what is wrong with the catalog", () => {
  const root = temporaryFolder();
  expect(readRetention(root)).toBeNull();
  const { folder, catalog } = projectFiles(root);
  mkdirSync(folder);
  const say = (value: unknown): (() => unknown) => {
    writeFileSync(catalog, JSON.stringify(value));
    return () => readRetention(root);
  };
  expect(say({ schedules: [] })()).toBeNull();
  expect(say({ retention: { keep: "90d", runs: 5 } })()).toEqual({ ageMs: 90 * DAY_MS, runs: 5 });
  expect(say({ retention: [] })).toThrow(/must be an object/);
  expect(say({ retention: { keep: "soon" } })).toThrow(/"keep" must be an age such as "90d"/);
  expect(say({ retention: { runs: -1 } })).toThrow(/"runs" must be a whole number/);
  expect(say({ retention: { days: 3 } })).toThrow(/there is no "days"/);
});

test("tidyLog() does what the catalog says and makes many old segments few, once a day", async () => {
  const root = temporaryFolder();
  const { catalog, claims } = projectFiles(root);
  for (const day of [1, 2, 3, 4, 5]) await run(root, `R${day}`, day);
  const now = Date.now() + 3 * DAY_MS;
  expect(tidyLog(root, { now, leastSegments: 6 })).toBeNull();
  writeFileSync(catalog, JSON.stringify({ retention: { runs: 4 } }));
  expect(tidyLog(root, { now, leastSegments: 5 })).toMatchObject({
    retained: { runs: ["R1"] },
    // With the one that tells of it.
    compaction: { segments: 6, files: 1 },
  });
  expect(tidyLog(root, { now, leastSegments: 1 })).toBeNull();
  expect(tidyLog(root, { now: now + DAY_MS, leastSegments: 1 })).toMatchObject({ retained: { runs: [] } });
  expect(readdirSync(join(claims, "tidy"))).toHaveLength(1);
  expect(openReader(root).records()).toHaveLength(4);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  expect(readFileSync(catalog, "utf8")).toContain("retention");
});
