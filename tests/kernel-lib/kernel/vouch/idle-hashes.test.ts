import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createCellCompiler } from "../../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { hashValues } from "../../../../kernel-lib/src/artifacts/index.js";
import { CellExecutor } from "../../../../kernel-lib/src/kernel/cell-executor.js";
import { IdleHashes } from "../../../../kernel-lib/src/kernel/vouch/idle-hashes.js";
import type { SessionValue, ValuesHashed } from "../../../../kernel-lib/src/lineage/events.js";
import { rememberSecret } from "../../../../kernel-lib/src/lineage/known-secrets.js";
import { installTracking } from "../../../../kernel-lib/src/track/index.js";

vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => installTracking({ folder: process.cwd() }));

/** A session whose values are hashed as soon as nothing else is to be done. */
function session() {
  const folder = mkdtempSync(join(tmpdir(), "tagline-vouch-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const executor = new CellExecutor({ folder, compiler: createCellCompiler({ folder }) });
  let tell: (values: readonly SessionValue[]) => void = () => {};
  const hashes = new IdleHashes({
    cells: () => executor.cells,
    valueOf: (name) => executor.bindings.peek(name),
    record: async (event: ValuesHashed) => tell(event.values),
    run: "01SESSION",
    idleMs: { small: 0, large: 0 },
  });
  let count = 0;
  const run = async (tags: string, code: string): Promise<void> => {
    count += 1;
    hashes.wake();
    const output = { stream: () => {}, display: () => {} };
    const { failure, trace } = await executor.execute({
      code,
      cellId: `c${count}`,
      tags: [tags],
      label: "cell",
      output,
    });
    expect(failure).toBeNull();
    if (trace !== null) hashes.cellFinished(count, trace);
  };
  const rest = (): Promise<readonly SessionValue[]> =>
    new Promise((resolve) => {
      tell = resolve;
      hashes.rest();
    });
  return { run, rest, hashes };
}

async function hashOf(value: unknown): Promise<string> {
  return (await hashValues({ value }))["value"] ?? "";
}

test("IdleHashes hashes what crosses a step's edge, as a step's output is hashed", async () => {
  const { run, rest } = session();
  await run(
    "step:load",
    "const rows = [{ mass: 1, name: 'a' }, { mass: 2, name: 'b' }];\nconst own = 1;\nlet sum = 0;",
  );
  await run("step:fit", "sum = rows.length;\nconst inner = 5;");
  await run("step:tell", "console.log(sum);");
  await run("", "const scratch = rows;");
  expect(await rest()).toEqual([
    {
      name: "rows",
      count: 1,
      hash: await hashOf([
        { mass: 1, name: "a" },
        { mass: 2, name: "b" },
      ]),
      type: "json",
      summary: "2 rows × 2 columns",
      rows: 2,
      parts: [
        { name: "mass", hash: await hashOf([1, 2]) },
        { name: "name", hash: await hashOf(["a", "b"]) },
      ],
    },
    { name: "sum", count: 2, hash: await hashOf(2), type: "json", summary: "2" },
  ]);
});

test("IdleHashes hashes a value again once a cell changed it, and no other", async () => {
  const { run, rest } = session();
  await run("step:a", "const list = [1]; const kept = [2];");
  await run("step:b", "list.length + kept.length;");
  expect((await rest()).map(({ name }) => name)).toEqual(["list", "kept"]);
  await run("step:a", "list.push(3);");
  expect(await rest()).toEqual([
    { name: "list", count: 3, hash: await hashOf([1, 3]), type: "json", summary: "array of 2" },
  ]);
});

test("IdleHashes says why a value has no hash: what cannot be stored, and what holds a secret", async () => {
  const { run, rest } = session();
  rememberSecret("TOKEN", "very-secret-token");
  await run(
    "step:a",
    "const token = { t: 'very-secret-' + 'token' }; const waits = Promise.resolve(1); class Point { x = 1 } const p = new Point();",
  );
  await run("step:b", "[token, waits, p];");
  const values = await rest();
  expect(values.map(({ name, hash, why }) => [name, hash === null ? null : "hashed", why])).toEqual([
    ["token", null, "it could not be read"],
    ["waits", null, expect.stringContaining("a promise")],
    ["p", "hashed", undefined],
  ]);
});

test("IdleHashes has nothing to tell of a notebook without steps, and stops when a cell comes in", async () => {
  const { run, rest, hashes } = session();
  await run("", "const rows = [1];");
  await run("", "rows.length;");
  let told = false;
  void rest().then(() => (told = true));
  hashes.wake();
  await run("step:a", "const made = [1];");
  await run("step:b", "made.length;");
  hashes.rest();
  hashes.wake();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toBe(false);
  expect((await rest()).map(({ name }) => name)).toEqual(["made"]);
});
