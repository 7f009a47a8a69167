import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ArtifactStore } from "../../kernel-lib/src/artifacts/index.js";

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

  test(`${name}: get() rejects for what is not there, has() says so, and both refuse what is no hash`, async () => {
    const store = await open();
    const absent = sha256(Buffer.from("absent"));
    expect(await store.has(absent)).toBe(false);
    await expect(store.get(absent)).rejects.toThrow(/^Cannot read artifact/);
    await expect(store.get("../../etc/passwd")).rejects.toThrow(/^Cannot find an artifact/);
    await expect(store.has("ABC")).rejects.toThrow(/^Cannot find an artifact/);
  });
}
