import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eraseLog } from "../../../kernel-lib/src/lineage/erase-log.js";
import {
  listRuns,
  openLog,
  openReader,
  projectFiles,
  readLog,
  verifyLog,
} from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder } from "./support.js";

const ADA = "Ada Lovelace <ada@example.org>";

async function write(root: string, author: string, runs: readonly string[]): Promise<string> {
  const log = openLog(root, { author, host: "h" });
  for (const run of runs) {
    log.append([runStarted(run), cellFinished(run, 1), cellFinished(run, 2)]);
    await log.commit();
  }
  await log.close();
  return log.writer;
}

/** All bytes of the project in one text. */
function allText(root: string): string {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

test.each(["Ada Lovelace", "ada@example.org", ADA])(
  "eraseLog() takes all of %s out, and the chains stay",
  async (author) => {
    const root = temporaryFolder();
    const writer = await write(root, ADA, ["ADA1", "ADA2"]);
    await write(root, "Bob <bob@example.org>", ["BOB1"]);
    openReader(root, { keepBytes: 1 });
    const before = verifyLog(root);
    const planned = eraseLog(root, { author }, { dryRun: true });
    expect(planned).toEqual({
      events: 6,
      runs: ["ADA1", "ADA2"],
      segments: [{ writer, lines: 6, author: true }],
      objects: [],
    });
    expect(verifyLog(root)).toEqual(before);
    expect(eraseLog(root, { author })).toEqual(planned);
    expect(allText(root)).not.toMatch(/Ada|ada@|ADA1/);
    expect(verifyLog(root)).toEqual({ intact: true, segments: 3, events: 10, erased: 6, problems: [] });
    expect(listRuns(root).map(({ run }) => run)).toEqual(["BOB1"]);
    expect(readLog(root).events.at(-1)).toMatchObject({
      author: "erasure",
      event: { kind: "lineage.erased", what: "author", runs: 2, segments: [{ writer, lines: 6, author: true }] },
    });
    expect(eraseLog(root, { author }).events).toBe(0);
  },
);

test("eraseLog() takes one run out of a segment, with its folder and the objects that nothing else names", async () => {
  const root = temporaryFolder();
  const files = projectFiles(root);
  const [own, shared, part] = ["1", "2", "3"].map((digit) => digit.repeat(64)) as [string, string, string];
  const store = (hash: string, text: string): string => {
    mkdirSync(join(files.objects, hash.slice(0, 2)), { recursive: true });
    const path = join(files.objects, hash.slice(0, 2), hash.slice(2));
    writeFileSync(path, text);
    return path;
  };
  const paths = [store(own, JSON.stringify({ parts: [part] })), store(part, "secret bytes"), store(shared, "of both")];
  const output = (hash: string) => ({ name: "x", hash, type: "json", bytes: 1, summary: "1", object: hash });
  const log = openLog(root, { author: ADA });
  log.append([runStarted("GOES"), stepFinished("GOES", "a", { outputs: [output(own), output(shared)] })]);
  log.append([runStarted("STAYS"), stepFinished("STAYS", "a", { outputs: [output(shared)] })]);
  await log.close();
  mkdirSync(join(files.runs, "GOES"), { recursive: true });
  writeFileSync(join(files.runs, "GOES", "log.txt"), "text");
  expect(eraseLog(root, { run: "GOES" })).toEqual({
    events: 2,
    runs: ["GOES"],
    segments: [{ writer: log.writer, lines: 2 }],
    objects: [own, part],
  });
  expect(paths.map((path) => existsSync(path))).toEqual([false, false, true]);
  expect(existsSync(join(files.runs, "GOES"))).toBe(false);
  expect(verifyLog(root)).toMatchObject({ intact: true, erased: 2, problems: [] });
  expect(openReader(root).record("STAYS")?.steps).toHaveLength(1);
});

test("eraseLog() refuses a segment that is still written, and a log that was changed", async () => {
  const root = temporaryFolder();
  const log = openLog(root, { author: ADA });
  log.append(runStarted("R"));
  await log.commit();
  expect(() => eraseLog(root, { author: ADA })).toThrow(/^Cannot erase from .* still writes/);
  await log.close();
  const path = join(projectFiles(root).lineage, `${log.writer}.jsonl`);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("penguins", "pinguins"));
  expect(() => eraseLog(root, { author: ADA })).toThrow(/^Cannot erase: the log is not what was written/);
});

test("verifyLog() finds a line that was swapped for a tombstone behind the log's back, and what is edited after an erasure", async () => {
  const root = temporaryFolder();
  const writer = await write(root, ADA, ["A", "B"]);
  const path = join(projectFiles(root).lineage, `${writer}.jsonl`);
  const lines = readFileSync(path, "utf8").split("\n");
  const hash = createHash("sha256")
    .update(lines[1] ?? "")
    .digest("hex");
  writeFileSync(path, lines.with(1, JSON.stringify({ erased: hash })).join("\n"));
  expect(verifyLog(root).intact).toBe(false);
  writeFileSync(path, lines.join("\n"));
  eraseLog(root, { run: "A" });
  const erased = readFileSync(path, "utf8");
  for (const changed of [erased.replace('"run":"B"', '"run":"C"'), erased.replace(/"erased":"./, '"erased":"z')]) {
    writeFileSync(path, changed);
    expect(verifyLog(root).intact).toBe(false);
  }
});

test("a segment of the first format is read, verified and erased from", () => {
  const root = temporaryFolder();
  const { lineage } = projectFiles(root);
  const writer = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  let hash = writer;
  let text = "";
  for (const [index, run] of ["A", "B", "C"].entries()) {
    const event = runStarted(run);
    const body = `${JSON.stringify({ v: 1, id: `${writer}.${index + 1}`, hlc: [index, 0], author: run === "B" ? ADA : "Bob", host: "h", event })}\n`;
    hash = createHash("sha256").update(hash).update(body).digest("hex");
    text += `${body}${JSON.stringify({ n: 1, hash })}\n`;
  }
  mkdirSync(lineage, { recursive: true });
  const path = join(lineage, `${writer}.jsonl`);
  writeFileSync(path, text);
  const head = { bytes: text.length, events: 3, hash, hlc: [2, 0] };
  writeFileSync(projectFiles(root).heads, JSON.stringify({ [writer]: head }));
  expect(verifyLog(root)).toEqual({ intact: true, segments: 1, events: 3, erased: 0, problems: [] });
  expect(eraseLog(root, { author: "Ada Lovelace" }).events).toBe(1);
  expect(verifyLog(root)).toEqual({ intact: true, segments: 2, events: 4, erased: 1, problems: [] });
  expect(listRuns(root).map(({ run }) => run)).toEqual(["C", "A"]);
  writeFileSync(path, readFileSync(path, "utf8").replace(/"erased":"./, '"erased":"0'));
  writeFileSync(path, readFileSync(path, "utf8").replace('"run":"C"', '"run":"D"'));
  expect(verifyLog(root).intact).toBe(false);
});

test("a segment says once who writes it, salted, so that no hash that stays lets anybody try out names", async () => {
  const root = temporaryFolder();
  const writer = await write(root, ADA, ["R1"]);
  const other = await write(root, ADA, ["R1"]);
  const { lineage } = projectFiles(root);
  const lines = readFileSync(join(lineage, `${writer}.jsonl`), "utf8").split("\n");
  const { by, salt, author, host } = JSON.parse(lines[0] ?? "");
  expect({ author, host }).toEqual({ author: ADA, host: "h" });
  expect(salt).toMatch(/^[0-9a-f]{32}$/);
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  expect(by).toBe(sha256(`${salt}${ADA}h`).slice(0, 16));
  expect(lines.slice(1).join("\n")).not.toContain("Ada");
  // The same person has another name in each segment.
  expect(readFileSync(join(lineage, `${other}.jsonl`), "utf8")).not.toContain(by);
  eraseLog(root, { author: ADA });
  const left = allText(root);
  expect(left).not.toContain(salt);
  expect(left).not.toContain(by);
  expect(left).not.toContain(sha256(JSON.stringify({ author: ADA, host: "h" })));
});

test("eraseLog() takes a person's name out of the log and keeps what was done", async () => {
  const root = temporaryFolder();
  const writer = await write(root, ADA, ["A1", "A2"]);
  await write(root, "Bob", ["B1"]);
  const reader = openReader(root);
  const tail = reader.records().map(({ run, author }) => [run, author]);
  expect(tail).toEqual([
    ["B1", "Bob"],
    ["A2", ADA],
    ["A1", ADA],
  ]);
  const erasure = { events: 0, runs: [], segments: [{ writer, lines: 0, author: true as const }], objects: [] };
  expect(eraseLog(root, { author: "Ada Lovelace", keepEvents: true })).toEqual(erasure);
  expect(allText(root)).not.toMatch(/Ada|ada@/);
  expect(
    openReader(root)
      .records()
      .map(({ run, author, host }) => [run, author, host]),
  ).toEqual([
    ["B1", "Bob", "h"],
    ["A2", "(erased)", "(erased)"],
    ["A1", "(erased)", "(erased)"],
  ]);
  reader.refresh();
  expect(reader.record("A1")?.author).toBe("(erased)");
  expect(verifyLog(root)).toEqual({ intact: true, segments: 3, events: 10, erased: 0, problems: [] });
  expect(eraseLog(root, { author: "Ada Lovelace", keepEvents: true }).segments).toEqual([]);
});

test("verifyLog() finds that somebody took out who wrote a segment", async () => {
  const root = temporaryFolder();
  const writer = await write(root, ADA, ["A"]);
  const path = join(projectFiles(root).lineage, `${writer}.jsonl`);
  const lines = readFileSync(path, "utf8").split("\n");
  const hash = createHash("sha256")
    .update(lines[0] ?? "")
    .digest("hex");
  for (const tombstone of [{ erased: hash, was: "author" }, { erased: hash }]) {
    const text = lines.with(0, JSON.stringify(tombstone)).join("\n");
    writeFileSync(path, text);
    const heads = JSON.parse(readFileSync(projectFiles(root).heads, "utf8"));
    heads[writer].bytes = text.length;
    writeFileSync(projectFiles(root).heads, JSON.stringify(heads));
    const { intact, problems } = verifyLog(root);
    expect([intact, ...new Set(problems.map(({ kind }) => kind))]).toEqual([false, "edited"]);
  }
});

test("an erasure that was killed between a segment and its head is brought to its end", async () => {
  const root = temporaryFolder();
  const writer = await write(root, ADA, ["A", "B"]);
  const { heads } = projectFiles(root);
  const before = JSON.parse(readFileSync(heads, "utf8"))[writer];
  eraseLog(root, { run: "A" });
  const after = JSON.parse(readFileSync(heads, "utf8"));
  writeFileSync(heads, JSON.stringify({ ...after, [writer]: before }));
  expect(verifyLog(root).intact).toBe(false);
  expect(eraseLog(root, { run: "B" }).events).toBe(3);
  expect(verifyLog(root)).toMatchObject({ intact: true, erased: 6, problems: [] });
});
