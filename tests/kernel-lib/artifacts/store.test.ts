import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { openStore } from "../../../kernel-lib/src/artifacts/index.js";
import { openNeighbours } from "../../../kernel-lib/src/artifacts/open-neighbours.js";
import { describeArtifactStore } from "../../kits/artifact-store.js";
import { temporaryFolder } from "./support.js";

describeArtifactStore("openStore()", () => openStore(temporaryFolder()));

const bytes = Buffer.from("some bytes");
const hash = createHash("sha256").update(bytes).digest("hex");

test("put() leaves one file, and keeps .tagline out of git", async () => {
  const root = temporaryFolder();
  const store = openStore(root);
  await Promise.all([store.put(bytes), store.put(bytes), store.put(bytes)]);
  expect(readdirSync(join(root, ".tagline/objects", hash.slice(0, 2)))).toEqual([hash.slice(2)]);
  expect(readFileSync(join(root, ".tagline/.gitignore"), "utf8")).toContain("!catalog.json");
});

test("get() refuses bytes that have changed, and put() heals them", async () => {
  const root = temporaryFolder();
  const store = openStore(root);
  await store.put(bytes);
  const path = join(root, ".tagline/objects", hash.slice(0, 2), hash.slice(2));
  for (const damage of [() => writeFileSync(path, "some bytez"), () => truncateSync(path, 3)]) {
    damage();
    await expect(store.get(hash)).rejects.toThrow(
      /^Cannot use artifact [0-9a-f]{12}: its bytes under .* have changed .* Run the step that made it again$/,
    );
    await store.put(bytes);
    expect(await store.get(hash)).toEqual(bytes);
  }
});

test("put() says where it cannot write", async () => {
  const root = temporaryFolder();
  const store = openStore(root);
  writeFileSync(join(root, ".tagline/objects"), "in the way");
  await expect(store.put(bytes)).rejects.toThrow(/^Cannot write artifact [0-9a-f]{12} under .*objects/);
});

test("openStore() keeps objects in another folder that projects share, each with its mark", async () => {
  const shared = temporaryFolder();
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  const env = { TAGLINE_ARTIFACTS: pathToFileURL(shared).href };
  await openStore(one, env).put(bytes);
  expect(await openStore(two, env).get(hash)).toEqual(bytes);
  expect(existsSync(join(one, ".tagline/objects"))).toBe(false);
  expect(await (await openNeighbours(one, env))?.users()).toEqual([
    expect.objectContaining({ project: basename(two) }),
  ]);
  writeFileSync(join(two, ".tagline/catalog.json"), '{"artifacts": {"url": "file:kept here"}}');
  await openStore(two, {}).put(bytes);
  expect(readdirSync(join(two, "kept here")).sort()).toEqual(["objects", "projects"]);
  expect(() => openStore(one, { TAGLINE_ARTIFACTS: "gs://bucket" })).toThrow(
    "Cannot keep artifacts at gs://bucket: give s3://BUCKET/PREFIX or file:///FOLDER in TAGLINE_ARTIFACTS, or nothing for .tagline/objects",
  );
});
