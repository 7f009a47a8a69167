import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../../../../kernel-lib/src/artifacts/index.js";
import { rememberSecret } from "../../../../kernel-lib/src/lineage/known-secrets.js";
import { InputKeeper } from "../../../../kernel-lib/src/pipeline/run/input-keeper.js";
import { keepInputsLimit } from "../../../../kernel-lib/src/pipeline/run/keep-inputs-limit.js";
import { runFiles } from "../../../../kernel-lib/src/pipeline/run/run-files.js";
import { readRunInputs } from "../../../../kernel-lib/src/pipeline/run/run-inputs.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function project(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tagline-inputs-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const read = (path: string, text: string) => ({ path, sha256: sha256(text), bytes: text.length, mtimeMs: null });

test("InputKeeper keeps what was read, and says what it does not keep and why", async () => {
  rememberSecret("DB_PASSWORD", "kept-nowhere-1");
  const root = project({
    "data/small.csv": "a\n1\n",
    "data/large.csv": "x".repeat(3000),
    "data/changed.csv": "after",
    "data/secret.json": '{"password": "kept-nowhere-1"}',
    ".env": "TOKEN=1",
  });
  const store = openStore(root);
  const keeper = new InputKeeper({ store, root, limitBytes: 2000 });
  keeper.keepRead(
    [
      read("data/small.csv", "a\n1\n"),
      read("data/large.csv", "x".repeat(3000)),
      read("data/changed.csv", "before"),
      read("data/secret.json", '{"password": "kept-nowhere-1"}'),
      read(".env", "TOKEN=1"),
      { path: "data/pipe", sha256: null, bytes: null, mtimeMs: null },
      read("data/gone.csv", "gone"),
    ],
    [],
  );
  // What a later step finds there is not what the run began with.
  keeper.keepRead([read("data/small.csv", "other")], []);
  const told = await keeper.finish(runFiles(root), "01RUN");
  const reasons: Record<string, unknown> = {
    ".env": "a .env is never kept",
    "data/changed.csv": "it changed while the run went on",
    "data/gone.csv": expect.stringMatching(/^it could not be kept \(ENOENT/),
    "data/large.csv": "its 3 KB are above keepInputs (2 KB)",
    "data/pipe": "it was not read as a whole",
    "data/secret.json": "it holds the secret DB_PASSWORD",
  };
  const inputs = readRunInputs(runFiles(root), "01RUN") ?? [];
  expect(Object.fromEntries(inputs.map(({ path, reason }) => [path, reason]))).toEqual({
    ...reasons,
    "data/small.csv": undefined,
  });
  expect(told.map(({ code, message }) => [code, message.split(": ")[0]])).toEqual(
    Object.keys(reasons).map((path) => ["TL059", `not reproducible if ${path} changes`]),
  );
  expect((await store.get(sha256("a\n1\n"))).toString()).toBe("a\n1\n");
});

test("InputKeeper keeps modules, and the package and lock file that go with the notebook", async () => {
  const root = project({
    "package.json": "{}",
    "package-lock.json": '{"lockfileVersion": 3}',
    "nb/helpers.ts": "export {};",
  });
  const keeper = new InputKeeper({ store: openStore(root), root, limitBytes: 1e6 });
  keeper.keepCode(join(root, "nb"), [join(root, "nb", "helpers.ts")]);
  expect(await keeper.finish(runFiles(root), "01RUN")).toEqual([]);
  expect(readRunInputs(runFiles(root), "01RUN")?.map(({ path, kind, sha256: hash }) => [path, kind, hash])).toEqual([
    ["nb/helpers.ts", "module", sha256("export {};")],
    ["package-lock.json", "package", sha256('{"lockfileVersion": 3}')],
    ["package.json", "package", sha256("{}")],
  ]);
  const off = new InputKeeper({ store: openStore(root), root, limitBytes: 0 });
  off.keepCode(join(root, "nb"), [join(root, "nb", "helpers.ts")]);
  await off.finish(runFiles(root), "02RUN");
  expect(readRunInputs(runFiles(root), "02RUN")).toEqual([]);
});

test("keepInputsLimit() takes the flag before the environment, the notebook and the catalog", () => {
  const root = project({ ".tagline/catalog.json": '{"keepInputs": "1GB"}' });
  const notebook = (keepInputs: unknown): string => JSON.stringify({ metadata: { tagline: { keepInputs } } });
  expect(keepInputsLimit({ env: {}, root: project({}) })).toBe(256e6);
  expect(keepInputsLimit({ env: {}, root })).toBe(1e9);
  expect(keepInputsLimit({ env: {}, root, notebook: notebook(12) })).toBe(12e6);
  expect(keepInputsLimit({ env: {}, root, notebook: notebook(false) })).toBe(0);
  expect(keepInputsLimit({ env: { TAGLINE_KEEP_INPUTS: "1.5 kb" }, root, notebook: notebook(12) })).toBe(1500);
  expect(keepInputsLimit({ flag: "off", env: { TAGLINE_KEEP_INPUTS: "1kb" }, root })).toBe(0);
  expect(() => keepInputsLimit({ flag: "lots", env: {}, root })).toThrow(
    'Cannot read keepInputs "lots" of --keep-inputs: write a size such as 256MB or 2GB, or off.',
  );
});
