import { appendFileSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type EventEnvelope,
  listRuns,
  openLog,
  projectFiles,
  readLog,
  tailLog,
  verifyLog,
} from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, temporaryFolder } from "./support.js";

/** A log of `batches` batches of two events; gives its root, writer and segment. */
async function written(batches: number): Promise<{ root: string; writer: string; path: string }> {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "a", host: "h" });
  for (let batch = 0; batch < batches; batch += 1) {
    log.append([cellFinished("R", batch * 2), cellFinished("R", batch * 2 + 1)]);
    await log.commit();
  }
  await log.close();
  return { root, writer: log.writer, path: join(projectFiles(root).lineage, `${log.writer}.jsonl`) };
}

test("readLog() passes over a torn tail wherever the last batch broke off, and says so", async () => {
  const { root, writer, path } = await written(3);
  const whole = readFileSync(path);
  const lines = whole.toString().split("\n");
  const start = whole.length - `${lines.slice(6, 9).join("\n")}\n`.length;
  for (let cut = start + 1; cut < whole.length; cut += 37) {
    writeFileSync(path, whole.subarray(0, cut));
    const { events, problems } = readLog(root);
    expect(events.length).toBe(4);
    expect(problems).toEqual([
      {
        kind: "torn",
        writer,
        offset: start,
        message: `${cut - start} bytes at the end of ${writer}.jsonl were never committed`,
      },
    ]);
  }
});

test("readLog() passes over a last batch whose bytes never reached the disk", async () => {
  const { root, path } = await written(2);
  const bytes = readFileSync(path);
  const second = bytes.indexOf("\n", bytes.indexOf('{"n":')) + 1;
  bytes.fill(0, second + 10, second + 60);
  writeFileSync(path, bytes);
  const { events, problems } = readLog(root);
  expect(events).toHaveLength(2);
  expect(problems).toMatchObject([{ kind: "torn", offset: second }]);
});

test("verifyLog() finds a changed byte, with segment and offset of its batch", async () => {
  const { root, writer, path } = await written(3);
  expect(verifyLog(root)).toEqual({ intact: true, segments: 1, events: 6, erased: 0, problems: [] });
  const bytes = readFileSync(path);
  const second = bytes.indexOf("\n", bytes.indexOf('{"n":')) + 1;
  const place = bytes.indexOf('"count":2', second) + '"count":'.length;
  bytes[place] = "7".charCodeAt(0);
  writeFileSync(path, bytes);
  expect(verifyLog(root)).toMatchObject({
    intact: false,
    problems: [{ kind: "edited", writer, offset: place, line: 5, expected: '"2"', found: '"7"' }],
  });
  // What the file says is still shown.
  expect(readLog(root).events).toHaveLength(6);
});

test("verifyLog() finds a batch that was taken out, a segment cut at a commit, and one that is gone", async () => {
  const { root, writer, path } = await written(3);
  const whole = readFileSync(path);
  const second = whole.indexOf("\n", whole.indexOf('{"n":')) + 1;
  const third = whole.indexOf("\n", whole.indexOf('{"n":', second)) + 1;
  writeFileSync(path, Buffer.concat([whole.subarray(0, second), whole.subarray(third)]));
  expect(verifyLog(root).intact).toBe(false);
  writeFileSync(path, whole);
  truncateSync(path, third);
  expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "cut", writer, offset: third }] });
  unlinkSync(path);
  expect(verifyLog(root)).toMatchObject({
    intact: false,
    problems: [{ kind: "cut", writer, message: `${writer}.jsonl is gone; it held 6 events` }],
  });
});

test("verifyLog() forgives a torn tail", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append(runStarted("R"));
  await log.commit();
  // As a process leaves it that is killed while it writes.
  appendFileSync(join(projectFiles(root).lineage, `${log.writer}.jsonl`), '{"v":1,"id":"half');
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [{ kind: "torn" }] });
  await log.close();
});

test("readLog() keeps events that it does not know, and folds pass them by", async () => {
  const { root, path } = await written(1);
  const log = openLog(root, { clock: () => 500 });
  // What a later version may write.
  log.append([runStarted("R2"), { kind: "model.registered", run: "R2", more: [1] } as never]);
  await log.close();
  const { events, problems } = readLog(root);
  expect(problems).toEqual([]);
  expect(events.filter(({ event }) => (event.kind as string) === "model.registered")).toHaveLength(1);
  expect(
    listRuns(root)
      .map(({ run }) => run)
      .sort(),
  ).toEqual(["R", "R2"]);
  expect(readFileSync(path).length).toBeGreaterThan(0);
});

test("tailLog() hands on what is there and then what comes", async () => {
  const { root } = await written(2);
  const seen: EventEnvelope[] = [];
  const stop = new AbortController();
  const more = new Promise<void>((resolve) => {
    tailLog(
      root,
      (events) => {
        seen.push(...events);
        if (seen.length === 5) resolve();
      },
      { signal: stop.signal, everyMs: 50 },
    );
  });
  expect(seen).toHaveLength(4);
  const log = openLog(root);
  log.append(runStarted("NEW"));
  await log.commit();
  await more;
  stop.abort();
  await log.close();
  expect(seen.at(-1)?.event).toMatchObject({ run: "NEW" });
});

test("readLog() reads 100,000 events", { timeout: 60_000 }, async () => {
  const root = temporaryFolder();
  const log = openLog(root, { author: "a", host: "h" });
  const events = 100_000;
  for (let count = 0; count < events; count += 1) {
    log.append(cellFinished("R", count, { reads: ["a", "b"], writes: ["c"] }));
    if (count % 500 === 499) log.commitSync();
  }
  await log.close();
  expect(readLog(root).events).toHaveLength(events);
});
