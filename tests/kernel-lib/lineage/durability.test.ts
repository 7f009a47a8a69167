import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  listRuns,
  openLog,
  openReader,
  projectFiles,
  readLog,
  verifyLog,
} from "../../../kernel-lib/src/lineage/index.js";
import { encodeBatch } from "../../../kernel-lib/src/lineage/segment.js";
import { SessionLog } from "../../../kernel-lib/src/lineage/session-log.js";
import { killRounds } from "./kill-rounds.js";
import { runStarted, temporaryFolder, trace } from "./support.js";
import { letWrite } from "./writing-process.js";

/** A small disk of its own, for root on Linux; elsewhere the test fails and says what it needs. */
function smallDisk(kilobytes: number): string {
  const folder = temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tagline-test", folder], { stdio: "pipe" });
  } catch (error) {
    throw new Error(
      "Cannot mount a small tmpfs, which the tests of a full disk and a read-only folder need: run them as root on Linux, in a container that has CAP_SYS_ADMIN",
      { cause: error },
    );
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
  });
  return folder;
}

const environment = { node: "20", tagline: "0", os: "linux", gitCommit: null, gitDirty: null };

test("50 kill -9 of the writing process lose no acknowledged event", { timeout: 180_000 }, async () => {
  expect(await killRounds(50, 20_261_124)).toBeGreaterThan(100);
});

test("a lock of the heads that a killed process left does not keep a new log from its heads", async () => {
  const root = temporaryFolder();
  const files = projectFiles(root);
  mkdirSync(files.lineage, { recursive: true });
  writeFileSync(`${files.heads}.lock`, "");
  const log = openLog(root);
  log.append(runStarted("R"));
  log.commitSync();
  expect(verifyLog(root)).toMatchObject({ intact: true, events: 1, problems: [] });
  rmSync(files.heads);
  expect(verifyLog(root).intact).toBe(false);
  rmSync(`${files.heads}.lock`);
  await log.close();
});

test("eight processes write at once, each its own segment", { timeout: 120_000 }, async () => {
  const root = temporaryFolder();
  const all = await Promise.all(Array.from({ length: 8 }, () => letWrite(root, { count: 60 })));
  expect(all.map(({ acknowledged }) => acknowledged)).toEqual(Array.from({ length: 8 }, () => 60));
  const { events, problems } = readLog(root);
  for (const { writer } of all)
    expect(
      events.flatMap(({ id, event }) =>
        id.startsWith(`${writer}.`) && event.kind === "run.finished" ? [event.durationMs] : [],
      ),
    ).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(problems).toEqual([]);
  expect(verifyLog(root)).toEqual({ intact: true, segments: 8, events: 480, erased: 0, problems: [] });
});

test("a full disk pauses tracking with a note, cells go on, and all of it is written once there is space", async () => {
  const root = smallDisk(256);
  const filler = join(root, "filler");
  const session = new SessionLog({
    open: () => openLog(root, { author: "a", host: "h" }),
    notebook: "penguins.ipynb",
    environment: Promise.resolve(environment),
  });
  expect(await session.cellFinished(1, trace())).toBeNull();
  fill(filler);
  const notes: (string | null)[] = [];
  for (let count = 2; count <= 40; count += 1)
    notes.push(await session.cellFinished(count, trace({ sourceHash: "x".repeat(500) })));
  expect(notes.filter((note) => note !== null)).toEqual([
    expect.stringMatching(
      /^Tracking is paused: Cannot write the lineage log in .*ENOSPC.*Make room on the disk.*go on working\.$/s,
    ),
  ]);
  // What was acknowledged is there, and right.
  expect(verifyLog(root).intact).toBe(true);
  const before = readLog(root).events.length;
  expect(before).toBeGreaterThanOrEqual(2);
  rmSync(filler);
  expect(await session.cellFinished(41, trace())).toBe("Tracking goes on.");
  await session.close();
  expect(
    openReader(root)
      .record(session.run)
      ?.cells.map(({ count }) => count),
  ).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
  expect(verifyLog(root)).toMatchObject({ intact: true, events: 43, problems: [] });
});

/** Writes until nothing more fits, to the last byte. */
function fill(path: string): void {
  for (let kilobytes = 256; kilobytes >= 1; kilobytes -= 1) {
    try {
      writeFileSync(path, Buffer.alloc(kilobytes * 1024));
      return;
    } catch {
      rmSync(path, { force: true });
    }
  }
}

test("a read-only folder pauses tracking with a note, and what is there can be read", async () => {
  const root = smallDisk(512);
  const first = openLog(root);
  first.append(runStarted("R1"));
  await first.close();
  execFileSync("mount", ["-o", "remount,ro", root]);
  const session = new SessionLog({
    open: () => openLog(root),
    notebook: null,
    environment: Promise.resolve(environment),
  });
  expect(await session.cellFinished(1, trace())).toMatch(/^Tracking is paused: .*EROFS.*Make the folder writable/s);
  expect(await session.cellFinished(2, trace())).toBeNull();
  expect(listRuns(root).map(({ run }) => run)).toEqual(["R1"]);
  expect(verifyLog(root)).toMatchObject({ intact: true, events: 1, problems: [] });
  execFileSync("mount", ["-o", "remount,rw", root]);
  expect(await session.cellFinished(3, trace())).toBe("Tracking goes on.");
  await session.close();
  expect(
    openReader(root)
      .record(session.run)
      ?.cells.map(({ count }) => count),
  ).toEqual([1, 2, 3]);
});

test("a copy that was taken while the segment was written reads up to its last whole batch", async () => {
  const root = temporaryFolder();
  const elsewhere = temporaryFolder();
  const target = projectFiles(elsewhere).lineage;
  mkdirSync(target, { recursive: true });
  const log = openLog(root);
  const name = `${log.writer}.jsonl`;
  const source = join(projectFiles(root).lineage, name);
  for (let count = 1; count <= 30; count += 1) {
    log.append(runStarted(`R${count}`));
    await log.commit();
    if (count % 10 !== 5) continue;
    copyFileSync(source, join(target, name));
    // As if the copying had met the next write half done.
    const whole = readFileSync(join(target, name));
    writeFileSync(join(target, name), whole.subarray(0, whole.length - 40));
    copyFileSync(projectFiles(root).heads, join(target, "heads.json"));
    expect(readLog(elsewhere).events).toHaveLength(count - 1);
    expect(readLog(elsewhere).problems).toMatchObject([{ kind: "torn" }]);
  }
  await log.close();
  copyFileSync(source, join(target, name));
  copyFileSync(projectFiles(root).heads, join(target, "heads.json"));
  expect(verifyLog(elsewhere)).toMatchObject({ intact: true, events: 30, problems: [] });
});

test("a segment of a later version is kept as it is, said so, and left out of what it may mean otherwise", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append(runStarted("OLD"));
  await log.close();
  const writer = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
  const lines = [1, 2].map((count) =>
    JSON.stringify({
      v: 2,
      id: `${writer}.${count}`,
      hlc: [count, 0],
      author: "a",
      host: "h",
      event: runStarted("NEW"),
    }),
  );
  const path = join(projectFiles(root).lineage, `${writer}.jsonl`);
  writeFileSync(path, encodeBatch(lines, writer).bytes);
  const before = readFileSync(path);
  expect(listRuns(root).map(({ run }) => run)).toEqual(["OLD"]);
  expect(readLog(root).events).toHaveLength(3);
  expect(verifyLog(root)).toMatchObject({
    intact: true,
    events: 3,
    problems: [
      { kind: "copied", writer },
      { kind: "newer", writer, message: expect.stringContaining("later version of Tagline: it is read only") },
    ],
  });
  const next = openLog(root);
  next.append(runStarted("NEXT"));
  await next.close();
  expect(readFileSync(path)).toEqual(before);
  expect(statSync(path).size).toBe(before.length);
});
