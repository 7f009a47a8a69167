import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bin, execute, scratchFolder } from "./support.js";

const CELLS: readonly (readonly [tag: string | null, source: string])[] = [
  [null, 'import * as tf from "@tensorflow/tfjs";'],
  ["step:data", "const rows = [1, 2, 3];"],
  ["step:sum", "const total = tf.sum(rows).arraySync();\ntotal"],
];

test("a step that uses tfjs is not reused under another backend's setting; other steps are", async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "package.json"), "{}");
  const kernelspec = { name: "tagline", display_name: "TypeScript (Tagline)", language: "typescript" };
  const notebook = (tagline: object): string =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec, tagline },
      cells: CELLS.map(([tag, source], index) => ({
        cell_type: "code",
        id: `c${index}`,
        metadata: tag === null ? {} : { tags: [tag] },
        source,
        outputs: [],
        execution_count: null,
      })),
    });
  writeFileSync(join(folder, "nb.ipynb"), notebook({}));
  const run = async (backend: string): Promise<string[]> => {
    const env = { ...process.env, TAGLINE_PROJECT: folder, TAGLINE_TFJS_BACKEND: backend };
    const { code, stdout, stderr } = await execute(process.execPath, [bin, "run", "nb.ipynb", "--json"], folder, env);
    expect(code, stderr).toBe(0);
    const { steps }: { steps: { name: string; status: string; reason: string }[] } = JSON.parse(stdout);
    return steps.map(({ name, status, reason }) => `${name} ${status}${status === "done" ? `: ${reason}` : ""}`);
  };
  expect(await run("cpu")).toEqual(["data done: first run", "sum done: first run"]);
  expect(await run("wasm")).toEqual(["data cached", "sum done: tfjsBackend cpu → wasm"]);
  expect(await run("cpu")).toEqual(["data cached", "sum cached"]);
  // The notebook's own word counts where the environment says nothing.
  writeFileSync(join(folder, "nb.ipynb"), notebook({ tfjsBackend: "wasm" }));
  expect(await run("")).toEqual(["data cached", "sum cached"]);
  expect(await run("cpu")).toEqual(["data cached", "sum cached"]);
}, 240_000);
