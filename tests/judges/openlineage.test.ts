import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";

const root = mkdtempSync(join(tmpdir(), "tagline-openlineage-judge-"));
const tagline = join(checkout.root, "kernel-lib/bin/tagline.js");
const env = { ...process.env, TAGLINE_PROJECT: root };
let bin = "";

beforeAll(async () => {
  bin = await sideVenv("judges-venv", "tests/judges/requirements.txt");
  cpSync(join(checkout.root, "tests/notebooks-fixtures"), root, { recursive: true });
  cpSync(join(checkout.root, "notebooks"), join(root, "notebooks"), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 8 }));

test("OpenLineage's own classes take every event and every facet that we write", async () => {
  for (const notebook of [
    "species/species.ipynb",
    "notebooks/flights.ipynb",
    "species/species.ipynb",
    "failing/failing.ipynb",
  ])
    await runCommand(process.execPath, [tagline, "run", notebook], { cwd: root, env });
  const events = join(root, "events.jsonl");
  const exported = await runCommand(
    process.execPath,
    [tagline, "lineage", "export", "--format", "openlineage", "-o", events],
    { cwd: root, env },
  );
  expect(exported.code, exported.output).toBe(0);
  const judge = join(checkout.root, "tests/judges/openlineage_judge.py");
  const { code, output } = await runCommand("sh", ["-c", `exec "$0" "$1" < "$2"`, join(bin, "python"), judge, events]);
  expect(code, output).toBe(0);
  const { errors, facets, ...told } = JSON.parse(output);
  expect({ errors, told }).toEqual({ errors: [], told: { events: expect.any(Number) } });
  expect(Object.keys(facets)).toEqual(
    expect.arrayContaining([
      "datasetType",
      "inputStatistics",
      "jobType",
      "outputStatistics",
      "ownership",
      "parent",
      "processing_engine",
      "schema",
      "tags",
      "version",
    ]),
  );
});
