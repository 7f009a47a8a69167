import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { copyFixtures, execute, tagline } from "../kernel-lib/cli/support.js";
import { ensureActionlint } from "../tools/actionlint.js";

/* actionlint judges what is exported for GitHub: syntax, contexts, expressions, inputs, dependencies between jobs. */

let actionlint = "";
beforeAll(async () => {
  actionlint = await ensureActionlint();
}, 300_000);

async function lint(folder: string): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const workflows = join(folder, ".github", "workflows");
  const files = readdirSync(workflows).map((name) => join(workflows, name));
  expect(files.length).toBeGreaterThan(0);
  // Its helpers are of the machine, and not everywhere.
  return execute(actionlint, ["-no-color", "-shellcheck=", "-pyflakes=", ...files], folder);
}

test.each([
  ["node", "orders/orders.ipynb", ["orders"]],
  ["github-actions", "orders/orders.ipynb", ["orders"]],
  ["github-actions", "scaling/heights.ipynb", ["scaling"]],
  ["github-actions", "species/species.ipynb", ["species"]],
])("actionlint has nothing against what tagline export --to %s makes of %s", async (target, notebook, fixtures) => {
  const folder = copyFixtures(...fixtures);
  const { code, stderr } = await tagline(folder, "export", notebook, "--to", target, "--out", "out");
  expect(code, stderr).toBe(0);
  expect(await lint(join(folder, "out"))).toMatchObject({ code: 0, stdout: "" });
});

test("actionlint does see a job that waits for none, an unknown input and a wrong context", async () => {
  const folder = copyFixtures("species");
  await tagline(folder, "export", "species/species.ipynb", "--to", "github-actions", "--out", "out");
  const path = join(folder, "out", ".github", "workflows", "pipeline.yml");
  const text = readFileSync(path, "utf8");
  for (const [from, to] of [
    ["needs: [gate]", "needs: [gates]"],
    ["github.run_id", "github.runid"],
    ["timeout-minutes: 15", "timeout-minuts: 15"],
  ] as const) {
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    expect((await lint(join(folder, "out"))).code).toBe(1);
  }
});
