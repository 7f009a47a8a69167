import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { collectGarbage, openStore } from "../../../kernel-lib/src/artifacts/index.js";
import { temporaryFolder } from "./support.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const HOUR = 3_600_000;

/** A project with objects of a given age in hours. */
function project(): {
  readonly root: string;
  readonly put: (content: string | Buffer, hours?: number) => Promise<string>;
  readonly write: (path: string, content: string | Buffer) => void;
  readonly collect: (hours?: number, dryRun?: boolean) => Promise<readonly string[]>;
  readonly isThere: (hash: string) => boolean;
} {
  const root = temporaryFolder();
  const store = openStore(root);
  const path = (hash: string): string => join(root, ".tagline/objects", hash.slice(0, 2), hash.slice(2));
  return {
    root,
    async put(content, hours = 48) {
      const hash = await store.put(Buffer.from(content));
      const at = (Date.now() - hours * HOUR) / 1000;
      utimesSync(path(hash), at, at);
      return hash;
    },
    write(name, content) {
      mkdirSync(dirname(join(root, ".tagline", name)), { recursive: true });
      writeFileSync(join(root, ".tagline", name), content);
    },
    async collect(hours = 24, dryRun = false) {
      const beforeMs = Date.now() - hours * HOUR;
      const found = await collectGarbage(store, { roots: [root], beforeMs, dryRun, look: (hash) => store.get(hash) });
      expect(found.bytes).toBe(found.removed.reduce((sum, { bytes }) => sum + bytes, 0));
      return found.removed.map(({ hash }) => hash);
    },
    isThere: (hash) => existsSync(path(hash)),
  };
}

test("collectGarbage() keeps what any file of the project names, however it names it", async () => {
  const { put, write, collect, isThere } = project();
  const names = await Promise.all(["a", "b", "c", "d", "e", "f", "g", "h"].map((text) => put(text)));
  const [log = "", torn = "", packed = "", version = "", run = "", path = "", catalog = "", step = ""] = names;
  write("lineage/01A.jsonl", `{"event":{"object":"${log}"}}\n{"n":1}\n{"event":{"object":"${torn}"`);
  // Far behind the first megabyte, and cut in two by its end.
  write("lineage/old.jsonl.gz", gzipSync(`${randomBytes((1 << 19) - 10).toString("hex")}"${packed}"`));
  write("models/penguins/1.json", JSON.stringify({ captures: [{ object: version }] }));
  write("runs/01A/run.json", JSON.stringify({ outputs: [run] }));
  write("runs/01A/failed/x/inputs.json", `{"object": ".tagline/objects/${path.slice(0, 2)}/${path.slice(2)}"}`);
  write("catalog.json", JSON.stringify({ pinned: catalog }));
  write("cache/steps/key.json", JSON.stringify({ traces: [{ outputs: [{ object: step }] }] }));
  const loose = await put("loose");
  expect(await collect(24, true)).toEqual([loose]);
  expect(isThere(loose)).toBe(true);
  expect(await collect()).toEqual([loose]);
  expect(names.map(isThere)).toEqual(names.map(() => true));
  expect(isThere(loose)).toBe(false);
});

test("collectGarbage() follows what a named object names", async () => {
  const { put, write, collect, isThere } = project();
  const inner = await put("inner");
  const outer = await put(JSON.stringify({ inner }));
  const unnamed = await put(JSON.stringify({ other: sha256(Buffer.from("x")) }));
  write("runs/01A/run.json", JSON.stringify({ outer }));
  expect(await collect()).toEqual([unnamed]);
  expect([inner, outer].map(isThere)).toEqual([true, true]);
});

test("collectGarbage() leaves what was put, put again or looked for a short while ago", async () => {
  const { root, put, collect } = project();
  const [young, again, wanted, old] = await Promise.all([put("young", 1), put("again"), put("wanted"), put("old")]);
  const store = openStore(root);
  await store.put(Buffer.from("again"));
  expect(await store.has(wanted)).toBe(true);
  expect(await collect()).toEqual([old]);
  expect(await collect(0)).toEqual([young, again, wanted].sort());
});

test("collectGarbage() takes nothing where it cannot read what is named", async () => {
  const { put, write, collect, isThere } = project();
  const object = await put("packed");
  write("lineage/damaged.jsonl.gz", gzipSync(`"${object}"`).subarray(0, 30));
  await expect(collect()).rejects.toThrow(/^Cannot tell which artifacts .*damaged\.jsonl\.gz names: /);
  expect(isThere(object)).toBe(true);
});

test("writers that put at the same time as garbage is collected find their objects there", async () => {
  const { root, put, collect } = project();
  const texts = Array.from({ length: 60 }, (_, index) => `text ${index}`);
  for (const text of texts) await put(text);
  const store = openStore(root);
  const [, hashes] = await Promise.all([collect(), Promise.all(texts.map((text) => store.put(Buffer.from(text))))]);
  for (const [index, hash] of hashes.entries()) expect((await store.get(hash)).toString()).toBe(texts[index]);
});
