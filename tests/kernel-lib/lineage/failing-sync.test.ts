import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { listRuns, openLog, projectFiles, readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { SessionLog } from "../../../kernel-lib/src/lineage/session-log.js";
import { cellFinished, runStarted, temporaryFolder } from "./support.js";

// No disk fails when it is asked to: the calls that sync answer as a failing one does, EIO, and all else is real.
const own = { fdatasync: fs.fdatasync, fdatasyncSync: fs.fdatasyncSync, ftruncateSync: fs.ftruncateSync };
const eio = (call: string): Error => Object.assign(new Error(`EIO: i/o error, ${call}`), { code: "EIO" });

function disk(state: "well" | "failing" | "gone"): void {
  const isWell = state === "well";
  fs.fdatasync = isWell
    ? own.fdatasync
    : Object.assign((_fd: number, done: (error: Error) => void) => setImmediate(done, eio("fdatasync")), {
        __promisify__: own.fdatasync.__promisify__,
      });
  const fail = (call: string) => () => {
    throw eio(call);
  };
  fs.fdatasyncSync = isWell ? own.fdatasyncSync : fail("fdatasync");
  fs.ftruncateSync = state === "gone" ? fail("ftruncate") : own.ftruncateSync;
  syncBuiltinESMExports();
}

afterEach(() => disk("well"));

const countsOf = (root: string): unknown[] =>
  readLog(root).events.map(({ event }) => (event.kind === "cell.finished" ? event.count : event.kind));

const segmentsOf = (root: string): string[] =>
  fs.readdirSync(projectFiles(root).lineage).filter((name) => name.endsWith(".jsonl"));

test.each(["commit", "commitSync"] as const)(
  "%s() goes on in a new segment after a failed sync, and nothing is lost or there twice",
  async (how) => {
    const root = temporaryFolder();
    const log = openLog(root, { author: "a", host: "h" });
    const [first] = log.append([runStarted("R"), cellFinished("R", 1)]);
    await log.commit();
    log.append(cellFinished("R", 2));
    disk("failing");
    const failed = /^Cannot sync the lineage log in .*: EIO.* what waits is written with the next cell$/s;
    if (how === "commit") await expect(log.commit()).rejects.toThrow(failed);
    else expect(() => log.commitSync()).toThrow(failed);
    log.append(cellFinished("R", 3));
    await expect(log.commit()).rejects.toThrow(failed);
    expect(() => log.commitSync()).toThrow(failed);
    disk("well");
    log.append(cellFinished("R", 4));
    if (how === "commit") await log.commit();
    else log.commitSync();
    expect(countsOf(root)).toEqual(["run.started", 1, 2, 3, 4]);
    expect(segmentsOf(root).length).toBeGreaterThan(1);
    expect(listRuns(root)).toMatchObject([{ run: "R", status: "running" }]);
    const last = log.append({ kind: "run.finished", run: "R", status: "succeeded", at: "now", durationMs: 1 });
    await log.close();
    expect([first, ...last]).toEqual([`${log.writer}.1`, `${log.writer}.6`]);
    expect(new Set(readLog(root).events.map(({ id }) => id)).size).toBe(6);
    expect(verifyLog(root)).toMatchObject({ intact: true, events: 6, problems: [] });
    expect(fs.readdirSync(projectFiles(root).lineage).filter((name) => name.endsWith(".live"))).toEqual([]);
  },
);

test("commit() writes nothing anew as long as the disk does not take back what it did not sync", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append(cellFinished("R", 1));
  await log.commit();
  log.append(cellFinished("R", 2));
  disk("gone");
  await expect(log.commit()).rejects.toThrow(/EIO/);
  await expect(log.commit()).rejects.toThrow(/EIO/);
  expect(segmentsOf(root)).toHaveLength(1);
  disk("well");
  await log.commit();
  await log.close();
  expect(countsOf(root)).toEqual([1, 2]);
  expect(verifyLog(root)).toMatchObject({ intact: true, events: 2, problems: [] });
});

test("SessionLog says that tracking paused, and that it goes on, where a sync fails", async () => {
  const root = temporaryFolder();
  const { environment } = runStarted("");
  const session = new SessionLog({
    open: () => openLog(root),
    notebook: "a.ipynb",
    environment: Promise.resolve(environment),
  });
  const cell = (count: number) => session.cellFinished(count, cellFinished("", count).trace);
  expect(await cell(1)).toBeNull();
  disk("failing");
  expect(await cell(2)).toMatch(/^Tracking is paused: Cannot sync the lineage log .*EIO/s);
  expect(await cell(3)).toBeNull();
  disk("well");
  expect(await cell(4)).toBe("Tracking goes on.");
  await session.close();
  expect(countsOf(root)).toEqual(["run.started", 1, 2, 3, 4, "run.finished"]);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
});

test("heads.json that cannot be written holds nothing up, and is written when it can be", async () => {
  const root = temporaryFolder();
  const { lineage, heads } = projectFiles(root);
  // A folder in the place of its temporary file: whoever writes it is told EISDIR.
  const log = openLog(root);
  fs.mkdirSync(join(lineage, `heads.json.${log.writer}.tmp`), { recursive: true });
  log.append(cellFinished("R", 1));
  await log.commit();
  expect(fs.existsSync(heads)).toBe(false);
  expect(countsOf(root)).toEqual([1]);
  fs.rmdirSync(join(lineage, `heads.json.${log.writer}.tmp`));
  log.append(cellFinished("R", 2));
  await log.commit();
  await log.close();
  expect(JSON.parse(fs.readFileSync(heads, "utf8"))[log.writer]).toMatchObject({ events: 2, closed: true });
  expect(verifyLog(root)).toMatchObject({ intact: true, events: 2, problems: [] });
});
