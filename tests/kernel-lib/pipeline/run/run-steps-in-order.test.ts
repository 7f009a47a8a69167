import { expect, test } from "vitest";
import { runStepsInOrder } from "../../../../kernel-lib/src/pipeline/run/run-steps-in-order.js";

/** Steps that end when told to, and a record of what happened. */
function stage(concurrency: number): {
  readonly events: string[];
  readonly end: (name: string, ok?: boolean) => Promise<void>;
  readonly effects: Parameters<typeof runStepsInOrder>[1];
} {
  const events: string[] = [];
  const ends = new Map<string, (ok: boolean) => void>();
  return {
    events,
    end: async (name, ok = true) => {
      ends.get(name)?.(ok);
      await new Promise((resolve) => setImmediate(resolve));
    },
    effects: {
      concurrency,
      run: (name) => {
        events.push(`run ${name}`);
        return new Promise((resolve) => ends.set(name, resolve));
      },
      skip: (name, because) => events.push(`skip ${name}: ${because}`),
    },
  };
}

const diamond = [
  { name: "a", after: [] },
  { name: "b", after: ["a"] },
  { name: "c", after: ["a"] },
  { name: "d", after: ["b", "c"] },
];

test("runStepsInOrder() runs branches at the same time, and a step only when all that it waits for ended", async () => {
  const { events, end, effects } = stage(4);
  const all = runStepsInOrder(diamond, effects);
  await end("a");
  expect(events).toEqual(["run a", "run b", "run c"]);
  await end("b");
  expect(events).toHaveLength(3);
  await end("c");
  await end("d");
  await all;
  expect(events).toEqual(["run a", "run b", "run c", "run d"]);
});

test("runStepsInOrder() keeps to the concurrency, in the given order", async () => {
  const { events, end, effects } = stage(1);
  const all = runStepsInOrder(diamond, effects);
  for (const name of ["a", "b", "c", "d"]) await end(name);
  await all;
  expect(events).toEqual(["run a", "run b", "run c", "run d"]);
});

test("runStepsInOrder() skips what a failed step leads to, however far, and names that step", async () => {
  const { events, end, effects } = stage(4);
  const all = runStepsInOrder([...diamond, { name: "e", after: ["d"] }, { name: "f", after: ["c"] }], effects);
  await end("a");
  await end("b", false);
  await end("c");
  await end("f");
  await all;
  expect(events).toEqual(["run a", "run b", "run c", "skip d: b", "skip e: b", "run f"]);
});

test("runStepsInOrder() rejects with a failure of the runner, after what runs has ended", async () => {
  const ended: string[] = [];
  const run = async (name: string): Promise<boolean> => {
    if (name === "bad") throw new Error("disk full");
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(name);
    return true;
  };
  const steps = [
    { name: "bad", after: [] },
    { name: "good", after: [] },
  ];
  await expect(runStepsInOrder(steps, { run, skip: () => {}, concurrency: 2 })).rejects.toThrow("disk full");
  expect(ended).toEqual(["good"]);
});

test("runStepsInOrder() refuses steps that wait for each other", async () => {
  const { effects } = stage(1);
  await expect(
    runStepsInOrder(
      [
        { name: "a", after: ["b"] },
        { name: "b", after: ["a"] },
      ],
      effects,
    ),
  ).rejects.toThrow("they wait for each other");
});
