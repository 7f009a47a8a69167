import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../../../kernel-lib/src/artifacts/index.js";
import { claim } from "../../../kernel-lib/src/lineage/claim.js";
import { listVersions, registerVersion } from "../../../kernel-lib/src/registry/index.js";
import { manifestPath, readVersions } from "../../../kernel-lib/src/registry/model-files.js";
import { draftOf, entry, temporaryProject } from "./support.js";

const now = (): Date => new Date("2026-03-01T10:00:00Z");

test("registerVersion() keeps all of a version, its code and values as artifacts", async () => {
  const root = temporaryProject();
  const draft = await draftOf(root);
  const { manifest, isNew, event } = await registerVersion(root, draft, { now, author: "Ada" });
  expect(isNew).toBe(true);
  const { entry: _text, reference: _none, ...told } = draft;
  expect(manifest).toEqual({
    ...told,
    v: 1,
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    number: 1,
    createdAt: "2026-03-01T10:00:00.000Z",
    author: "Ada",
    entry: expect.stringMatching(/^[0-9a-f]{64}$/),
    reference: null,
  });
  expect((await openStore(root).get(manifest.entry)).toString()).toBe(entry);
  expect(event).toEqual({
    kind: "model.registered",
    model: "penguins",
    version: manifest.id,
    number: 1,
    run: "01RUN",
    notebook: "nb/penguins.ipynb",
    cellId: "c1",
    at: "2026-03-01T10:00:00.000Z",
    target: "Species",
    metrics: { accuracy: 0.97 },
    artifacts: draft.captures,
    isNew: true,
  });
  expect(listVersions(root)).toEqual([{ ...manifest, aliases: [] }]);
});

test("registerVersion() meets equal content again as the same version, and other content as the next one", async () => {
  const root = temporaryProject();
  const first = await registerVersion(root, await draftOf(root));
  const again = await registerVersion(root, await draftOf(root, undefined, { run: "02RUN", metrics: { accuracy: 1 } }));
  expect(again).toMatchObject({ isNew: false, manifest: first.manifest, event: { isNew: false, run: "02RUN" } });
  const changes = [
    await draftOf(root, { threshold: 4501, names: ["Adelie", "Gentoo"] }),
    await draftOf(root, undefined, { entry: `${entry}// other` }),
    await draftOf(root, undefined, { target: "Sex" }),
    await draftOf(root, undefined, { output: null }),
  ];
  for (const [index, draft] of changes.entries()) {
    expect(await registerVersion(root, draft)).toMatchObject({ isNew: true, manifest: { number: index + 2 } });
  }
  expect((await registerVersion(root, await draftOf(root, undefined, { model: "birds" }))).manifest.number).toBe(1);
});

test("registerVersion() gives a number that was claimed before a crash to the version it was claimed for", async () => {
  const root = temporaryProject();
  const { manifest } = await registerVersion(root, await draftOf(root));
  rmSync(manifestPath(root, "penguins", manifest.id));
  claim(root, "model-version", "penguins@2", "another version, lost");
  expect((await registerVersion(root, await draftOf(root, { threshold: 1, names: [] }))).manifest.number).toBe(3);
  expect((await registerVersion(root, await draftOf(root))).manifest).toMatchObject({ id: manifest.id, number: 1 });
});

test("registerVersion() refuses names that no file can have, and values that are not in the store", async () => {
  const root = temporaryProject();
  const draft = await draftOf(root);
  for (const model of ["", "../x", "a b", "1st", "a@b", "a/b", "x."]) {
    await expect(registerVersion(root, { ...draft, model })).rejects.toThrow("Cannot name a model");
  }
  await expect(registerVersion(temporaryProject(), draft)).rejects.toThrow(
    "Cannot register model penguins: the value of threshold",
  );
});

test("readVersions() tells of a manifest that was changed by hand, and keeps the others", async () => {
  const root = temporaryProject();
  const { manifest } = await registerVersion(root, await draftOf(root));
  await registerVersion(root, await draftOf(root, { threshold: 1, names: [] }));
  const path = manifestPath(root, "penguins", manifest.id);
  writeFileSync(path, readFileSync(path, "utf8").replace('"Species"', '"Sex"'));
  const { versions, problems } = readVersions(root);
  expect(versions.map(({ number }) => number)).toEqual([2]);
  expect(problems).toEqual([expect.stringContaining("its content was changed. Delete it and run the notebook again")]);
});

test("registerVersion() makes one version of what several processes register at once", async () => {
  const root = temporaryProject();
  const thresholds = ["1", "2", "3", "4", "5", "6"];
  const register = (order: readonly string[]): Promise<{ id: string; number: number; isNew: boolean }[]> =>
    new Promise((resolve, reject) => {
      const hooks = ["--import", "./tests/kernel-lib/lineage/run-typescript.mjs"];
      const child = spawn(process.execPath, [...hooks, "tests/kernel-lib/registry/register-child.ts", root, ...order], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
      child.once("error", reject);
      child.once("close", () => resolve(JSON.parse(output)));
    });
  const made = (await Promise.all([register(thresholds), register(thresholds)])).flat();
  expect(made.filter(({ isNew }) => isNew)).toHaveLength(6);
  expect([...new Set(made.map(({ id, number }) => `${number} ${id}`))]).toHaveLength(6);
  expect(listVersions(root).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(readdirSync(join(root, ".tagline/models/penguins")).filter((name) => !name.endsWith(".json"))).toEqual([]);
}, 120_000);
