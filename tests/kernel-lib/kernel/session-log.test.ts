import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { CellFinished, LineageEvent } from "../../../kernel-lib/src/lineage/events.js";
import { readLog } from "../../../kernel-lib/src/lineage/index.js";
import { KernelClient } from "./support/kernel-client.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

async function eventsOf(root: string): Promise<LineageEvent[]> {
  const { events } = await readLog(root);
  return events.map(({ event }) => event);
}

function cells(events: readonly LineageEvent[]): CellFinished[] {
  return events.filter((event): event is CellFinished => event.kind === "cell.finished");
}

test("each cell is in the log before its reply, with what it did", async () => {
  const root = mkdtempSync(join(tmpdir(), "tagline-project-"));
  const folder = join(root, "work");
  mkdirSync(folder);
  writeFileSync(join(folder, "data.csv"), "a,b\n1,2\n");
  writeFileSync(join(folder, "birds.ipynb"), "{}");
  const kernel = await KernelClient.start({
    folder,
    env: { TAGLINE_PROJECT: root, JPY_SESSION_NAME: join(folder, "birds.ipynb"), TAGLINE_PARAMS: '{"units": 32}' },
  });
  await kernel.execute(
    "import { metric, param } from 'tagline'\nimport { readFileSync } from 'node:fs'\nconst units = param('units', 16, { min: 1 })",
    { cellId: "first", tags: ["parameters"] },
  );
  await kernel.execute("const rate = 0.5", { cellId: "second", tags: ["parameters"] });
  await kernel.execute(
    "const text = readFileSync('data.csv', 'utf8')\nconst rows = [text.length * units]\nmetric('rows', rows[0] ?? 0)",
    { cellId: "third" },
  );
  await kernel.execute("rows.push(rate)\nrows.nothing", { cellId: "fourth" });
  await kernel.execute("rows.push(rate)\nJSON.parse('{')", { cellId: "fifth" });
  // Still running: what is acknowledged is on disk.
  const events = await eventsOf(root);
  expect(events[0]).toMatchObject({
    kind: "run.started",
    runKind: "session",
    notebook: "work/birds.ipynb",
    params: {},
    environment: { node: process.version },
  });
  const traces = cells(events).map(({ trace }) => trace);
  expect(traces.map(({ cellId }) => cellId)).toEqual(["first", "second", "third", "fifth"]);
  const [first, second, third, fifth] = traces;
  expect(first?.params).toEqual([{ name: "units", value: 32, default: 16, min: 1 }]);
  expect(second?.params).toEqual([{ name: "rate", value: 0.5, default: 0.5 }]);
  expect(third).toMatchObject({
    reads: ["metric", "readFileSync", "units"],
    writes: ["rows", "text"],
    mutates: [],
    files: [
      {
        path: join(folder, "data.csv"),
        mode: "read",
        sha256: createHash("sha256").update("a,b\n1,2\n").digest("hex"),
        bytes: 8,
      },
    ],
    metrics: [{ name: "rows", value: 256, at: expect.any(String) }],
    error: null,
  });
  expect(fifth).toMatchObject({
    reads: ["rate", "rows"],
    writes: [],
    mutates: ["rows"],
    error: { name: "SyntaxError", line: 2 },
  });
  expect(await kernel.stop()).toBe(0);
  expect((await eventsOf(root)).at(-1)).toMatchObject({ kind: "run.finished", status: "succeeded" });
});

test("Math.random is the same for the same cell, run again or in another session", async () => {
  const draws: unknown[] = [];
  for (let session = 0; session < 2; session += 1) {
    const kernel = await KernelClient.start();
    for (const cellId of ["a", "b", "a"]) {
      const { messages } = await kernel.execute("Math.random() // the same code", { cellId });
      draws.push(messages.find(({ type }) => type === "execute_result")?.content["data"]);
    }
    await kernel.stop();
  }
  expect(draws.slice(3)).toEqual(draws.slice(0, 3));
  expect(draws[2]).toEqual(draws[0]);
  expect(draws[1]).not.toEqual(draws[0]);
});
