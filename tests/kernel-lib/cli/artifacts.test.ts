import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import { execute, type Finished } from "./support.js";

const bin = fileURLToPath(new URL("../../../kernel-lib/bin/tagline.js", import.meta.url));

const scratch = mkdtempSync(join(realpathSync(tmpdir()), "tagline-artifacts-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 8 }));
const root = join(scratch, "project");
const outside = join(scratch, "elsewhere", "weights.csv");

const cells = [
  ["params", "parameters", 'import { param } from "tagline";\nconst most = param("most", 3);'],
  [
    "setup",
    "setup",
    `import { codec } from "tagline";
codec({
  name: "search",
  test: (value) => value instanceof URLSearchParams,
  encode: (search: URLSearchParams) => [...search],
  decode: (pairs) => new URLSearchParams(pairs),
});`,
  ],
  [
    "load",
    "step:load",
    `import { readFileSync } from "node:fs";
import * as aq from "arquero";
import { double } from "./lib/double.ts";
const rows = readFileSync("data/rows.csv", "utf8").trim().split("\\n").slice(1, 1 + most).map((line) => double(Number(line)));
const weights = readFileSync(${JSON.stringify(outside)}, "utf8");
const large = readFileSync("data/large.txt", "utf8").length;
const table = aq.table({ n: rows, word: rows.map((n) => (n % 4 ? "odd" : "even")) });
const seen = new Map([["large", large], ["weights", weights.length]]);
const query = new URLSearchParams("a=1&b=2");`,
  ],
  ["sum", "step:sum", "const sum = rows.reduce((a, b) => a + b, 0) + table.numRows() + seen.size + query.size;"],
  ["show", "step:show", "sum;"],
] as const;

const notebook = JSON.stringify({
  cells: cells.map(([id, tag, source]) => ({
    cell_type: "code",
    id,
    metadata: { tags: [tag] },
    source,
    execution_count: null,
    outputs: [],
  })),
  metadata: { tagline: { keepInputs: "1KB" } },
  nbformat: 4,
  nbformat_minor: 5,
});

function write(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

const tagline = (args: readonly string[], folder = root): Promise<Finished> =>
  execute(process.execPath, [bin, ...args], folder, { ...process.env, TAGLINE_ARTIFACTS: "" });

async function json<T>(args: readonly string[], folder = root): Promise<T> {
  const { stdout, stderr } = await tagline([...args, "--json"], folder);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

let run: RunDocument;
beforeAll(async () => {
  write(join(root, "package.json"), "{}");
  write(join(root, "nb", "nb.ipynb"), notebook);
  write(join(root, "nb", "lib", "double.ts"), "export const double = (n: number): number => 2 * n;\n");
  write(join(root, "nb", "data", "rows.csv"), "n\r\n1\n2\n3\n4\n");
  write(join(root, "nb", "data", "large.txt"), "x".repeat(2000));
  write(outside, "0.5\n");
  run = await json<RunDocument>(["run", "nb/nb.ipynb", "-p", "most=2"]);
}, 300_000);

const outputsOf = (document: RunDocument): unknown =>
  document.steps.map(({ name, outputs }) => [name, outputs.map((output) => [output.name, output.hash])]);

test("a run says which file it could not keep, with the cell that read it", () => {
  expect(run.status).toBe("succeeded");
  expect(run.diagnostics.filter(({ code }) => code === "TL059")).toEqual([
    {
      code: "TL059",
      severity: "warning",
      message: "not reproducible if nb/data/large.txt changes: its 2 KB are above keepInputs (1 KB)",
      cellId: "load",
      line: null,
    },
  ]);
});

test("restore puts notebook, modules and inputs back byte for byte, and the run there gives the same hashes", {
  timeout: 300_000,
}, async () => {
  // What stands there now is another thing.
  write(join(root, "nb", "data", "rows.csv"), "n\n9\n9\n");
  write(join(root, "nb", "lib", "double.ts"), "export const double = (n: number): number => n;\n");
  const out = join(scratch, "back here");
  const restored = await json<{ readonly files: object[]; readonly missing: object[]; readonly commands: string[] }>([
    "restore",
    run.run.slice(0, 12),
    "--out",
    out,
  ]);
  expect(restored).toEqual({
    run: run.run,
    out,
    notebook: "nb/nb.ipynb",
    files: [
      { path: "nb/nb.ipynb", kind: "notebook" },
      { path: `outside${outside}`, kind: "data", from: outside },
      { path: "nb/data/rows.csv", kind: "data" },
      { path: "nb/lib/double.ts", kind: "module" },
    ],
    missing: [{ path: "nb/data/large.txt", reason: "its 2 KB are above keepInputs (1 KB)" }],
    params: "restored-params.json",
    commands: [`cd '${out}'`, "npx tagline run nb/nb.ipynb --params restored-params.json"],
  });
  expect(readFileSync(join(out, "nb", "nb.ipynb"), "utf8")).toBe(notebook);
  expect(readFileSync(join(out, "nb", "data", "rows.csv"), "utf8")).toBe("n\r\n1\n2\n3\n4\n");
  expect(readFileSync(join(out, `outside${outside}`), "utf8")).toBe("0.5\n");
  write(join(out, "nb", "data", "large.txt"), "x".repeat(2000));
  const again = await json<RunDocument>(["run", "nb/nb.ipynb", "--params", "restored-params.json"], out);
  expect(outputsOf(again)).toEqual(outputsOf(run));
  expect(again.steps.map(({ status }) => status)).not.toContain("cached");
});

test("restore overwrites nothing, and follows no link out of its folder", { timeout: 300_000 }, async () => {
  const taken = join(scratch, "taken");
  write(join(taken, "nb", "data", "rows.csv"), "mine");
  const refused = await tagline(["restore", "latest", "--out", taken]);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(
      /Cannot restore run .*: nb\/data\/rows\.csv would be overwritten\. Give a new folder with --out\n$/,
    ),
  ]);
  expect(readdirSync(join(taken, "nb"))).toEqual(["data"]);
  const linked = join(scratch, "linked");
  mkdirSync(join(scratch, "victim"));
  mkdirSync(join(linked, "nb"), { recursive: true });
  symlinkSync(join(scratch, "victim"), join(linked, "nb", "data"));
  const restored = await json<{ missing: { path: string; reason: string }[] }>(["restore", "latest", "-o", linked]);
  expect(restored.missing.map(({ path, reason }) => `${path}: ${reason}`)).toContain(
    "nb/data/rows.csv: Cannot restore nb/data/rows.csv: a link there leads outside of the folder",
  );
  expect(readdirSync(join(scratch, "victim"))).toEqual([]);
});

test("artifacts list tells of a run's values and files; get decodes them", { timeout: 300_000 }, async () => {
  const { artifacts } = await json<{
    readonly artifacts: readonly { readonly object: string; readonly name: string; readonly type: string }[];
  }>(["artifacts", "list", "--run", run.run]);
  expect(artifacts.map(({ name, type }) => `${type} ${name}`)).toEqual([
    "codec:search query",
    "json rows",
    "json seen",
    "table table",
    "json sum",
    `file ${outside}`,
    "file nb/data/rows.csv",
    "file nb/lib/double.ts",
  ]);
  const get = async (...args: string[]): Promise<string> => (await tagline(["artifacts", "get", ...args])).stdout;
  expect(await get(`${run.run}:load:table`)).toBe("n,word\n2,odd\n4,even\n");
  expect(JSON.parse(await get(`run:${run.run}:load:seen`))).toEqual({ large: 2000, weights: 4 });
  expect(JSON.parse(await get("latest:load:query"))).toEqual({
    codec: "search",
    data: [
      ["a", "1"],
      ["b", "2"],
    ],
  });
  expect(await get(artifacts[6]?.object.slice(0, 12) ?? "")).toBe("n\r\n1\n2\n3\n4\n");
  const file = join(scratch, "table.arrow");
  await get(`artifact:${artifacts[3]?.object ?? ""}`, "--out", file);
  expect(createHash("sha256").update(readFileSync(file)).digest("hex")).toBe(artifacts[3]?.object);
  await get("latest:load:table", "-o", join(scratch, "table.json"));
  expect(JSON.parse(readFileSync(join(scratch, "table.json"), "utf8"))).toEqual([
    { n: 2, word: "odd" },
    { n: 4, word: "even" },
  ]);
  const unknown = await tagline(["artifacts", "get", "latest:load:tables"]);
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringMatching(/it has load:query, load:rows, load:seen, load:table, sum:sum/),
  ]);
});

test("the report of a run says how to restore it, and what is not kept", { timeout: 300_000 }, async () => {
  const file = join(scratch, "report.html");
  await json(["report", run.run, "--out", file]);
  const html = readFileSync(file, "utf8");
  expect(html).toContain(`npx tagline restore ${run.run}`);
  expect(html).toContain(
    "Not reproducible if <code>nb/data/large.txt</code> changes: its 2 KB are above keepInputs (1 KB).",
  );
});

test("gc frees what nothing names, and nothing else", { timeout: 300_000 }, async () => {
  const bytes = Buffer.from("left by a run that was killed");
  const hash = createHash("sha256").update(bytes).digest("hex");
  const place = join(root, ".tagline", "objects", hash.slice(0, 2), hash.slice(2));
  write(place, bytes.toString());
  const young = await json<{ readonly bytes: number }>(["artifacts", "gc"]);
  expect(young.bytes).toBe(0);
  const { stdout } = await tagline(["artifacts", "gc", "--older-than", "0s", "--dry-run"]);
  expect(stdout).toMatch(/Would free 1 object, 29 bytes in .*objects \(\d+ are named\)\n$/);
  expect(existsSync(place)).toBe(true);
  await json(["artifacts", "gc", "--older-than", "0s"]);
  expect(existsSync(place)).toBe(false);
  const { artifacts } = await json<{ readonly artifacts: readonly { readonly present: boolean }[] }>([
    "artifacts",
    "list",
    "--run",
    run.run,
  ]);
  expect(artifacts.every(({ present }) => present)).toBe(true);
});

test("a flipped byte is refused by name, and the next run heals it", { timeout: 300_000 }, async () => {
  const params = ["run", "nb/nb.ipynb", "-p", "most=1"];
  const before = await json<RunDocument>(params);
  const { artifacts } = await json<{
    readonly artifacts: readonly { readonly object: string; readonly name: string }[];
  }>(["artifacts", "list", "--run", "latest"]);
  const object = artifacts.find(({ name }) => name === "seen")?.object ?? "";
  const path = join(root, ".tagline", "objects", object.slice(0, 2), object.slice(2));
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const refused = await tagline(["artifacts", "get", object]);
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([
    2,
    "",
    expect.stringMatching(`Cannot use artifact ${object.slice(0, 12)}: its bytes under .* have changed`),
  ]);
  const after = await json<RunDocument>(params);
  expect(after.steps.map(({ name, status, reason }) => [name, status, reason])).toEqual([
    ["load", "done", "the result of an earlier run is gone or damaged"],
    ["sum", "cached", expect.any(String)],
    ["show", "cached", expect.any(String)],
  ]);
  expect(outputsOf(after)).toEqual(outputsOf(before));
  expect((await tagline(["artifacts", "get", object])).code).toBe(0);
});
