import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore, saveBundle } from "../../../kernel-lib/src/artifacts/index.js";
import { registerVersion } from "../../../kernel-lib/src/registry/index.js";
import { loadModel } from "../../../kernel-lib/src/serve/load-model.js";
import { draftOf, entryOf, temporaryProject } from "./support.js";

test("loadModel() gives predict its values, instances of its classes and packages included", async () => {
  const root = temporaryProject();
  class Scaler {
    readonly factor: number;

    constructor(factor: number) {
      this.factor = factor;
    }
  }
  const captures = await saveBundle(openStore(root), { scaler: new Scaler(3) }, { classes: { Scaler } });
  const entry = `import { table } from "arquero";
import * as path from "node:path";
class Scaler { constructor(factor) { this.factor = factor; } times(x) { return x * this.factor; } }
export default function create({ scaler }) {
  const rows = (x) => table({ x: [scaler.times(x)] }).objects();
  return { predict: (row) => ({ rows: rows(row.x), name: path.posix.join("a", "b") }) };
}
export const classes = { Scaler };
`;
  const { manifest } = await registerVersion(root, { ...(await draftOf(root)), captures, entry });
  const predict = await loadModel(root, manifest);
  expect(await predict({ x: 2 })).toEqual({ rows: [{ x: 6 }], name: "a/b" });
});

test("loadModel() refuses a value whose bytes changed, another value in its place, and code without predict", async () => {
  const root = temporaryProject();
  const draft = await draftOf(root);
  const { manifest } = await registerVersion(root, draft);
  const [other] = await saveBundle(openStore(root), { threshold: 1 });
  const swapped = manifest.captures.map((use) =>
    use.name === "threshold" ? { ...use, object: other?.object ?? "" } : use,
  );
  await expect(loadModel(root, { ...manifest, captures: swapped })).rejects.toThrow(
    "Cannot load penguins version 1: the value of threshold is not the one that was registered",
  );
  const { manifest: empty } = await registerVersion(root, { ...draft, entry: "export default () => ({});" });
  await expect(loadModel(root, empty)).rejects.toThrow("Cannot load penguins version 2: its code has no predict");
  const { manifest: missing } = await registerVersion(root, {
    ...draft,
    entry: `import "no-such-package";\n${entryOf("() => 1")}`,
  });
  await expect(loadModel(root, missing)).rejects.toThrow("npm install no-such-package");
  const path = join(root, ".tagline/objects", manifest.entry.slice(0, 2), manifest.entry.slice(2));
  writeFileSync(path, readFileSync(path, "utf8").replace("Gentoo", "x").concat(" "));
  await expect(loadModel(root, manifest)).rejects.toThrow("have changed");
});
