import { expect, test } from "vitest";
import { openLog } from "../../../../kernel-lib/src/lineage/index.js";
import { timeline } from "../../../../kernel-lib/src/lineage/questions/timeline.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "../support.js";

const [A, B] = ["01RUN0000000000000000000AA", "01RUN0000000000000000000BB"];

test("timeline() tells what happened in the order of the clock, across writers", async () => {
  const root = temporaryFolder();
  const [ada, bob] = ["Ada <ada@lab>", "Bob"];
  const metrics = [{ name: "accuracy", value: 0.98765432, at: "" }];
  const failed = { name: "TypeError", message: "rows is not iterable" };
  for (const [author, run, at] of [
    [ada, A, 500],
    [bob, B, 1500],
  ] as const) {
    let now = at;
    const log = openLog(root, { clock: () => (now += 500), author, host: "lab" });
    log.append(runStarted(run, author === bob ? { runKind: "pipeline" } : {}));
    log.append(cellFinished(run, 1, { cellId: "evaluate", metrics }));
    log.append(
      stepFinished(run, "train", {
        status: "failed",
        error: { ...failed, cellId: null, line: null },
        cells: [trace()],
      }),
    );
    await log.close();
  }
  const told = timeline(root);
  expect(told.map(({ at, author, text }) => `${at.slice(17, 23)} ${author.slice(0, 3)} ${text}`)).toEqual([
    "01.500 Ada session of penguins.ipynb began",
    "02.000 Ada cell [1] evaluate ran  accuracy 0.987654",
    "02.500 Ada step train failed: TypeError: rows is not iterable",
    "02.500 Bob run of penguins.ipynb began",
    "03.000 Bob cell [1] evaluate ran  accuracy 0.987654",
    "03.500 Bob step train failed: TypeError: rows is not iterable",
  ]);
  expect(told[0]).toEqual({
    id: expect.stringMatching(/^[0-9A-Z]{26}\.1$/),
    at: "1970-01-01T00:00:01.500Z",
    kind: "run.started",
    run: A,
    author: ada,
    text: "session of penguins.ipynb began",
  });
  expect(timeline(root, { limit: 2 })).toEqual(told.slice(-2));
  expect(timeline(root, { author: "BOB", kind: "run" })).toEqual([told[3]]);
  expect(timeline(root, { run: A })).toEqual(told.slice(0, 3));
  expect(timeline(root, { since: "1970-01-01T00:00:02.500Z", until: "1970-01-01T00:00:03.500Z" })).toEqual(
    told.slice(2, 5),
  );
});

test("timeline() keeps the newest of many", async () => {
  const root = temporaryFolder();
  let now = 1000;
  const log = openLog(root, { clock: () => (now += 1), author: "Ada", host: "lab" });
  for (let count = 1; count <= 3000; count += 1) log.append(cellFinished(A, count));
  await log.close();
  expect(timeline(root, { limit: 3 }).map(({ text }) => text)).toEqual([
    "cell [2998] ran",
    "cell [2999] ran",
    "cell [3000] ran",
  ]);
});
