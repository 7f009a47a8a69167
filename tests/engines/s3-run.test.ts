import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { startVersitygw } from "../tools/versitygw.js";

const bin = join(checkout.kernelLib, "bin", "tagline.js");
let server: Awaited<ReturnType<typeof startVersitygw>>;
beforeAll(async () => {
  server = await startVersitygw();
}, 900_000);
afterAll(() => server.close());

interface Document {
  readonly run: string;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly outputs: readonly { readonly name: string; readonly hash: string }[];
  }[];
}

/** A project of its own with the shipped notebooks. */
function project(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tagline-s3-run-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, ".tagline"));
  cpSync(join(checkout.root, "notebooks"), join(root, "notebooks"), { recursive: true });
  return root;
}

async function tagline(root: string, prefix: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ...server.env, TAGLINE_ARTIFACTS: `${server.env.TAGLINE_ARTIFACTS}/${prefix}` };
  return promisify(execFile)(process.execPath, [bin, ...args], { cwd: root, env, maxBuffer: 1 << 26 });
}

const run = async (root: string, prefix: string): Promise<Document> =>
  JSON.parse((await tagline(root, prefix, "run", "notebooks/penguins.ipynb", "--json")).stdout);

test("a run keeps its artifacts in the bucket, is cached from there, and its steps read no network", async () => {
  const root = project();
  const first = await run(root, "runs");
  expect(new Set(first.steps.map(({ status }) => status))).toEqual(new Set(["done"]));
  const log = readdirSync(join(root, ".tagline/lineage"))
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(root, ".tagline/lineage", name), "utf8"))
    .join("");
  expect(log).not.toContain("requests");
  expect(log).not.toContain("only-on-loopback");
  // The folder is a cache: with its objects gone, what the bucket has still holds.
  rmSync(join(root, ".tagline/objects"), { recursive: true });
  const again = await run(root, "runs");
  expect(new Set(again.steps.map(({ status }) => status))).toEqual(new Set(["cached"]));

  const other = project();
  const { artifacts } = JSON.parse(
    (await tagline(root, "runs", "artifacts", "list", "--run", "latest", "--json")).stdout,
  );
  const { object } = artifacts.find((one: { name: string }) => one.name === "scaler");
  const { stdout } = await tagline(other, "runs", "artifacts", "get", object);
  expect(Object.keys(JSON.parse(stdout))).toEqual(["mean", "deviation"]);
});

test("garbage is collected from the bucket, but not what another project may name", async () => {
  const [one, two] = [project(), project()];
  await run(one, "shared");
  writeFileSync(join(one, "loose"), "x");
  const { openStore } = await import("../../kernel-lib/src/artifacts/index.js");
  const env = { ...server.env, TAGLINE_ARTIFACTS: `${server.env.TAGLINE_ARTIFACTS}/shared` };
  const loose = await openStore(one, env).put(Buffer.from("nobody names this"));
  const gc = (...args: string[]): Promise<{ stdout: string }> =>
    tagline(one, "shared", "artifacts", "gc", "--older-than", "0s", "--json", ...args);
  const dry = JSON.parse((await gc("--dry-run")).stdout);
  expect(dry.places.map(({ removed }: { removed: object[] }) => removed)).toEqual([
    [{ hash: loose, bytes: 17 }],
    [{ hash: loose, bytes: 17 }],
  ]);
  const others = await openStore(two, env).put(Buffer.from("only the other project names this"));
  await expect(gc()).rejects.toThrow(/other projects keep theirs too[\s\S]*--also FOLDER/);
  mkdirSync(join(two, ".tagline/runs"), { recursive: true });
  writeFileSync(join(two, ".tagline/runs/note.json"), JSON.stringify({ others }));
  const collected = JSON.parse((await gc("--also", two)).stdout);
  expect(collected.places[1].removed).toEqual([{ hash: loose, bytes: 17 }]);
  expect(await openStore(two, env).has(others)).toBe(true);
  expect(await openStore(one, env).has(loose)).toBe(false);
  const again = await run(one, "shared");
  expect(new Set(again.steps.map(({ status }) => status))).toEqual(new Set(["cached"]));
});
