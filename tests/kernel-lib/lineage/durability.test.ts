import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listRuns, openLog, projectFiles, readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { encodeBatch } from "../../../kernel-lib/src/lineage/segment.js";
import { killRounds } from "./kill-rounds.js";
import { runStarted, temporaryFolder } from "./support.js";
import { letWrite } from "./writing-process.js";

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

// A full disk and a read-only one: odd-disk.test.ts.

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
