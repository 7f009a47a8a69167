import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ArtifactStore, ObjectEntry } from "../../kernel-lib/src/artifacts/index.js";
import { rememberSecret } from "../../kernel-lib/src/lineage/known-secrets.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What every artifact store must do, wherever it keeps its bytes. `open` gives an empty one. */
export function describeArtifactStore(name: string, open: () => ArtifactStore | Promise<ArtifactStore>): void {
  test(`${name}: put() gives the sha256, and get() the bytes`, async () => {
    const store = await open();
    for (const bytes of [Buffer.from("some bytes"), Buffer.alloc(0), Buffer.alloc(3_000_000, 7)]) {
      const hash = sha256(bytes);
      expect(await store.has(hash)).toBe(false);
      expect(await store.put(bytes)).toBe(hash);
      expect(await store.has(hash)).toBe(true);
      expect((await store.get(hash)).equals(bytes)).toBe(true);
    }
  });

  test(`${name}: put() takes a view into a larger buffer as its own bytes`, async () => {
    const store = await open();
    const view = new Uint8Array(Buffer.from("0123456789").buffer.slice(0)).subarray(2, 5);
    const hash = await store.put(view);
    expect(hash).toBe(sha256(view));
    expect([...(await store.get(hash))]).toEqual([...view]);
  });

  test(`${name}: put() may be called many times at once with the same bytes`, async () => {
    const store = await open();
    const bytes = Buffer.from("at once");
    const hashes = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes)));
    expect(new Set(hashes)).toEqual(new Set([sha256(bytes)]));
    expect((await store.get(sha256(bytes))).equals(bytes)).toBe(true);
  });

  test(`${name}: putFile() and getFile() carry files, and overwrite none`, async () => {
    const store = await open();
    const folder = temporaryFolder();
    for (const bytes of [Buffer.from("a,b\n1,2\n"), Buffer.alloc(0), Buffer.alloc(5_000_000, "seven")]) {
      const source = join(folder, `source-${bytes.length}`);
      writeFileSync(source, bytes);
      expect(await store.putFile(source)).toBe(sha256(bytes));
      expect((await store.get(sha256(bytes))).equals(bytes)).toBe(true);
      const target = join(folder, "deep", `target-${bytes.length}`);
      await store.getFile(sha256(bytes), target);
      expect(readFileSync(target).equals(bytes)).toBe(true);
      writeFileSync(target, "mine");
      await expect(store.getFile(sha256(bytes), target)).rejects.toThrow(/EEXIST/);
      expect(readFileSync(target, "utf8")).toBe("mine");
    }
    const target = join(folder, "absent");
    await expect(store.getFile(sha256(Buffer.from("absent")), target)).rejects.toThrow(/^Cannot read artifact/);
    expect(existsSync(target)).toBe(false);
    await expect(store.putFile(join(folder, "no-such-file"))).rejects.toThrow(/ENOENT/);
  });

  test(`${name}: put() and putFile() refuse bytes that hold a known secret`, async () => {
    const store = await open();
    rememberSecret("KIT_TOKEN", "kit-0123456789");
    const bytes = Buffer.concat([Buffer.alloc(2_000_000), Buffer.from('{"token":"kit-0123456789"}')]);
    const path = join(temporaryFolder(), "data.json");
    writeFileSync(path, bytes);
    await expect(store.put(bytes)).rejects.toThrow(/secret KIT_TOKEN/);
    await expect(store.putFile(path)).rejects.toThrow(/secret KIT_TOKEN/);
    expect(await store.has(sha256(bytes))).toBe(false);
  });

  test(`${name}: list() gives what is there, and remove() takes away what is older`, async () => {
    const store = await open();
    const before = Date.now();
    const texts = ["one", "two", "three"].map((text) => Buffer.from(text));
    const hashes = await Promise.all(texts.map((bytes) => store.put(bytes)));
    const listed = await all(store.list());
    expect(listed.map(({ hash, bytes }) => [hash, bytes]).sort()).toEqual(
      texts.map((bytes, index) => [hashes[index], bytes.length]).sort(),
    );
    // Stores count in whole seconds.
    for (const { atMs } of listed) expect(Math.abs(atMs - before)).toBeLessThan(600_000);
    const [first = "", second = ""] = hashes;
    expect(await store.remove(first, before - 3_600_000)).toBe(false);
    expect(await store.remove(first, Date.now() + 3_600_000)).toBe(true);
    expect(await store.remove(first, Date.now() + 3_600_000)).toBe(false);
    expect(await store.has(second)).toBe(true);
    expect((await all(store.list())).map(({ hash }) => hash).sort()).toEqual(hashes.slice(1).sort());
  });

  test(`${name}: get() rejects for what is not there, has() says so, and both refuse what is no hash`, async () => {
    const store = await open();
    const absent = sha256(Buffer.from("absent"));
    expect(await store.has(absent)).toBe(false);
    await expect(store.get(absent)).rejects.toThrow(/^Cannot read artifact/);
    await expect(store.get("../../etc/passwd")).rejects.toThrow(/^Cannot find an artifact/);
    await expect(store.has("ABC")).rejects.toThrow(/^Cannot find an artifact/);
  });
}

async function all(entries: AsyncIterable<ObjectEntry>): Promise<ObjectEntry[]> {
  const found: ObjectEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tagline-kit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
