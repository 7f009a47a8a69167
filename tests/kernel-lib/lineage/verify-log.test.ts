import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog, projectFiles, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { runStarted, temporaryFolder } from "./support.js";

/** Three small batches: of one line, of two, of one. */
async function written(close = true): Promise<{ root: string; writer: string; path: string; bytes: Buffer }> {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "a", host: "h" });
  for (const [index, count] of [1, 2, 1].entries()) {
    for (let each = 0; each < count; each += 1)
      log.append({ kind: "run.finished", run: `R${index}${each}`, status: "succeeded", at: "now", durationMs: 1 });
    await log.commit();
  }
  if (close) await log.close();
  const path = join(projectFiles(root).lineage, `${log.writer}.jsonl`);
  return { root, writer: log.writer, path, bytes: readFileSync(path) };
}

const lineAt = (bytes: Buffer, offset: number): number =>
  bytes.subarray(0, offset).toString("latin1").split("\n").length;

/** Of two letters that are the same nobody can tell which one was taken. */
function firstDifference(a: Buffer, b: Buffer): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return index;
}

test("verifyLog() names each byte of a segment that was changed, dropped or put in", { timeout: 120_000 }, async () => {
  const { root, path, bytes } = await written();
  expect(verifyLog(root)).toEqual({ intact: true, segments: 1, events: 4, erased: 0, problems: [] });
  const missed: string[] = [];
  const check = (what: string, offset: number, changed: Buffer): void => {
    writeFileSync(path, changed);
    const { intact, problems } = verifyLog(root, { searchBytes: 0 });
    const place = problems.find(({ kind }) => kind === "edited" || kind === "cut");
    const isNear = place !== undefined && place.offset <= firstDifference(bytes, changed);
    if (intact || !isNear) missed.push(`${what} ${offset}: ${JSON.stringify(problems)}`);
  };
  for (let offset = 0; offset < bytes.length; offset += 1) {
    const flipped = Buffer.from(bytes);
    flipped[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
    check("flip", offset, flipped);
    check("drop", offset, Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + 1)]));
    const byte = Buffer.of(offset % 5 === 0 ? 0x0a : 0x20 + (offset % 90));
    check("insert", offset, Buffer.concat([bytes.subarray(0, offset), byte, bytes.subarray(offset)]));
  }
  check("insert", bytes.length, Buffer.concat([bytes, Buffer.of(0x0a)]));
  expect(missed).toEqual([]);
});

test("verifyLog() names the exact byte that was changed, with what stood there and what does", {
  timeout: 120_000,
}, async () => {
  const { root, writer, path, bytes } = await written();
  for (let offset = 7; offset < bytes.length; offset += 67) {
    const changed = Buffer.from(bytes);
    const own = String.fromCharCode(bytes[offset] ?? 0);
    if (own === "\n") continue;
    changed[offset] = own === "7" ? 0x38 : 0x37;
    writeFileSync(path, changed);
    const line = lineAt(bytes, offset);
    const [expected, found] = [JSON.stringify(own), own === "7" ? '"8"' : '"7"'];
    const { problems } = verifyLog(root);
    expect(problems).toEqual([
      {
        kind: "edited",
        writer,
        offset,
        line,
        expected,
        found,
        message: `${writer}.jsonl is not what was written: line ${line}, byte ${offset}: expected ${expected}, found ${found}`,
      },
    ]);
  }
});

test("verifyLog() finds each line that was dropped, swapped, doubled or put in", async () => {
  const { root, path, bytes } = await written();
  const lines = bytes.toString().trimEnd().split("\n");
  const missed: string[] = [];
  const check = (what: string, index: number, changed: string[]): void => {
    writeFileSync(path, changed.map((line) => `${line}\n`).join(""));
    const { intact, problems } = verifyLog(root, { searchBytes: 0 });
    if (intact || problems.length === 0) missed.push(`${what} ${index}`);
  };
  for (const [index, line] of lines.entries()) {
    check("drop", index, lines.toSpliced(index, 1));
    for (let other = index + 1; other < lines.length; other += 1)
      check(`swap with ${other}`, index, lines.with(index, lines[other] ?? "").with(other, line));
    for (const [from, copied] of lines.entries()) check(`put in ${from}`, index, lines.toSpliced(index, 0, copied));
    check("put in an event", index, lines.toSpliced(index, 0, line.replace("succeeded", "failed")));
    check("put in a tombstone", index, lines.toSpliced(index, 1, JSON.stringify({ erased: "0".repeat(64) })));
  }
  for (const [from, copied] of lines.entries()) check(`append ${from}`, lines.length, [...lines, copied]);
  expect(missed).toEqual([]);
});

test("verifyLog() finds an end that was cut off at every byte", async () => {
  const { root, path, bytes } = await written();
  for (let size = 0; size < bytes.length; size += 1) {
    writeFileSync(path, bytes.subarray(0, size));
    expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "cut" }] });
  }
});

test("verifyLog() finds heads.json that is gone, garbled or wrong, and a head of a segment that is gone", async () => {
  const { root, writer, path } = await written();
  const { heads } = projectFiles(root);
  const text = readFileSync(heads, "utf8");
  unlinkSync(heads);
  expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "unwitnessed", writer: "heads.json" }] });
  for (const wrong of ["", "[]", '{"a":1}', text.slice(0, -2)]) {
    writeFileSync(heads, wrong);
    expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "unwitnessed" }] });
  }
  const head = JSON.parse(text)[writer];
  writeFileSync(heads, JSON.stringify({ [writer]: { ...head, hash: "0".repeat(64) } }));
  expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "edited", writer, offset: head.bytes }] });
  writeFileSync(heads, text);
  expect(verifyLog(root).intact).toBe(true);
  unlinkSync(path);
  expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "cut", writer }] });
});

test("a segment has its head before its first commit is acknowledged", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append(runStarted("R"));
  log.commitSync();
  unlinkSync(join(projectFiles(root).lineage, `${log.writer}.jsonl`));
  expect(verifyLog(root)).toMatchObject({ intact: false, problems: [{ kind: "cut", writer: log.writer }] });
  await log.close();
});

test("verifyLog() tells of a segment that was copied from elsewhere, and does not mind", async () => {
  const { path, writer } = await written();
  const other = await written();
  writeFileSync(join(projectFiles(other.root).lineage, `${writer}.jsonl`), readFileSync(path));
  expect(verifyLog(other.root)).toMatchObject({ intact: true, segments: 2, problems: [{ kind: "copied", writer }] });
});
