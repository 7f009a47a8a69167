import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ours = new URL("../../notebooks/data/", import.meta.url);
// By path: the package's exports do not open its data folder to an import.
const theirs = new URL("../../node_modules/vega-datasets/", import.meta.url);

test("notebooks/data/README.md names the version of vega-datasets that is installed", () => {
  const { version } = JSON.parse(readFileSync(new URL("package.json", theirs), "utf8")) as { version: string };
  expect(readFileSync(new URL("README.md", ours), "utf8")).toContain(version);
});

for (const name of ["penguins.json", "flights-200k.arrow"]) {
  test(`notebooks/data/${name} is the file of vega-datasets, byte for byte`, () => {
    const copy = readFileSync(new URL(name, ours));
    const original = readFileSync(new URL(`data/${name}`, theirs));
    expect(copy.length).toBeGreaterThan(0);
    expect(copy.equals(original)).toBe(true);
  });
}
