import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { findNotebook } from "../../../kernel-lib/src/kernel/find-notebook.js";
import { settingsReader } from "../../../kernel-lib/src/kernel/notebook-settings.js";
import { KernelClient, resultText } from "./support/kernel-client.js";

// Starting the compiler takes long where many tests share a machine.
vi.setConfig({ testTimeout: 120_000 });

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tagline-settings-")));
  folders.push(folder);
  return folder;
}

const JSLAB = { kernelspec: { name: "jslab", display_name: "JavaScript", language: "javascript" } };

function save(folder: string, name: string, metadata: object, cells: readonly string[] = []): string {
  const path = join(folder, name);
  const code = cells.map((source) => ({ cell_type: "code", source, metadata: {}, outputs: [], execution_count: null }));
  writeFileSync(path, JSON.stringify({ cells: code, metadata, nbformat: 4, nbformat_minor: 4 }));
  return path;
}

function saveCatalog(folder: string, settings: object): void {
  mkdirSync(join(folder, ".tagline"), { recursive: true });
  writeFileSync(join(folder, ".tagline", "catalog.json"), JSON.stringify({ settings }));
}

test("settingsReader() asks the environment, then the notebook, then the catalog, each setting on its own", () => {
  const root = newFolder();
  saveCatalog(root, { typecheck: false, track: false, tfjsBackend: "cpu" });
  const notebook = save(root, "n.ipynb", { tagline: { track: true, tfjsBackend: "wasm" } });
  const environment = { TAGLINE_TFJS_BACKEND: "tfjs-node" };
  expect(settingsReader({ root, notebook, environment })()).toEqual({
    typecheck: false,
    track: true,
    tfjsBackend: "tfjs-node",
  });
  expect(settingsReader({ root, notebook: null, environment: { TAGLINE_TYPECHECK: "on" } })()).toEqual({
    typecheck: true,
    track: false,
    tfjsBackend: "cpu",
  });
  expect(settingsReader({ root: newFolder(), notebook: null, environment: { TAGLINE_TRACK: "0" } })()).toEqual({
    typecheck: true,
    track: false,
    tfjsBackend: null,
  });
});

test("settingsReader() leaves what is of a wrong type or cannot be read alone", () => {
  const root = newFolder();
  const notebook = save(root, "n.ipynb", { tagline: { track: "no", typecheck: 0, tfjsBackend: 5 } });
  const read = settingsReader({ root, notebook, environment: {} });
  expect(read()).toEqual({ typecheck: true, track: true, tfjsBackend: null });
  writeFileSync(notebook, '{ "half');
  expect(read()).toEqual({ typecheck: true, track: true, tfjsBackend: null });
});

test("settingsReader() holds no JavaScript to types, unless its notebook says so", () => {
  const root = newFolder();
  const of = (metadata: object): boolean =>
    settingsReader({ root, notebook: save(root, "n.ipynb", metadata), environment: {} })().typecheck;
  expect(of(JSLAB)).toBe(false);
  expect(of({ language_info: { name: "JavaScript" } })).toBe(false);
  expect(of({ kernelspec: { name: "jslab" } })).toBe(false);
  expect(of({ kernelspec: { name: "tslab", language: "typescript" } })).toBe(true);
  expect(of({ ...JSLAB, tagline: { typecheck: true } })).toBe(true);
});

test("findNotebook() gives the notebook with exactly that cell, the newest of several", () => {
  const folder = newFolder();
  const old = save(folder, "old.ipynb", {}, ["let x = 1"]);
  utimesSync(old, 1, 1);
  save(folder, "other.ipynb", {}, ["let x = 12"]);
  const copy = save(folder, "copy.ipynb", {}, ["0", "let x = 1"]);
  writeFileSync(join(folder, "broken.ipynb"), "{");
  expect(findNotebook(folder, "let x = 1")).toBe(copy);
  expect(findNotebook(folder, "let x = 2")).toBe(null);
  expect(findNotebook(join(folder, "nowhere"), "let x = 1")).toBe(null);
});

test("a JavaScript notebook runs what TypeScript would refuse, though no client tells the kernel its path", async () => {
  const folder = newFolder();
  const cells = [
    "const made = {}; made.a = 1; made",
    "let text = 1; text = 'a'; text",
    "function add(a, b) { return a + (b || 0) }\nadd(1)",
    "({ a: 1, a: 2 })",
    "require.main === module",
    "count = 5; for (i = 0; i < 3; i++) count += i;\ncount",
    "count + i",
  ];
  save(folder, "script.ipynb", JSLAB, cells);
  const kernel = await KernelClient.start({ folder });
  const results: unknown[] = [];
  for (const cell of cells) {
    const answer = await kernel.execute(cell);
    results.push(answer.reply["status"] === "ok" ? resultText(answer) : answer.reply["evalue"]);
  }
  expect(results).toEqual(["{ a: 1 }", "'a'", "1", "{ a: 2 }", "true", "8", "11"]);
  // A syntax error of JavaScript's own stays one.
  expect((await kernel.execute("const = 1")).reply).toMatchObject({ ename: "SyntaxError" });
  expect(await kernel.stop()).toBe(0);
});

test("a notebook's own metadata turns tracking off and names the backend of tfjs", async () => {
  const folder = newFolder();
  const path = save(folder, "n.ipynb", { tagline: { track: false, tfjsBackend: "wasm" } });
  const kernel = await KernelClient.start({ folder, env: { JPY_SESSION_NAME: path } });
  const answer = await kernel.execute(
    'require("fs").readFileSync("n.ipynb"); let x = 1; [x, process.env.TAGLINE_TFJS_BACKEND]',
  );
  expect(resultText(answer)).toBe("[ 1, 'wasm' ]");
  expect(await kernel.stop()).toBe(0);
  expect(existsSync(join(folder, ".tagline", "lineage"))).toBe(false);
});
