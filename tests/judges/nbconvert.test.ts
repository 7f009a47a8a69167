import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";

// A client that knows nothing of Tagline: no cell ids and no tags in its requests.
const jupyter = join(checkout.venv, "bin", "jupyter");
const out = mkdtempSync(join(tmpdir(), "tagline-nbconvert-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

test.each(["penguins", "flights"])(
  "jupyter nbconvert --execute runs notebooks/%s.ipynb without an error",
  async (name) => {
    const notebook = join(checkout.root, "notebooks", `${name}.ipynb`);
    await promisify(execFile)(jupyter, ["nbconvert", "--to", "notebook", "--execute", "--output-dir", out, notebook], {
      cwd: checkout.root,
      maxBuffer: 64 * 1024 * 1024,
    });
    const executed = JSON.parse(readFileSync(join(out, `${name}.ipynb`), "utf8"));
    const code = executed.cells.filter(
      (cell: { cell_type: string; source: string | string[] }) =>
        cell.cell_type === "code" && [cell.source].flat().join("") !== "",
    );
    expect(code.length).toBeGreaterThan(5);
    expect(code.filter((cell: { execution_count: number | null }) => cell.execution_count === null)).toEqual([]);
    expect(executed.metadata.kernelspec.name).toBe("tagline");
    const outputs = code.flatMap((cell: { outputs: { output_type: string }[] }) => cell.outputs);
    expect(outputs.filter((output: { output_type: string }) => output.output_type === "error")).toEqual([]);
    expect(outputs.length).toBeGreaterThan(5);
  },
);
