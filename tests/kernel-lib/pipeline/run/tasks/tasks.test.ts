import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openReader } from "../../../../../kernel-lib/dist/lineage/reader.js";
import { runnableNotebook, runPipeline } from "../../../../../kernel-lib/dist/pipeline/run/run-pipeline.js";
import type { RunnableProgram } from "../../../../../kernel-lib/dist/pipeline/run/runnable-program.js";
import { beginRuns } from "../../../../../kernel-lib/dist/pipeline/run/tasks/begin-runs.js";
import { finishRuns } from "../../../../../kernel-lib/dist/pipeline/run/tasks/finish-runs.js";
import { openExchange } from "../../../../../kernel-lib/dist/pipeline/run/tasks/open-exchange.js";
import { performStep } from "../../../../../kernel-lib/dist/pipeline/run/tasks/perform-step.js";
import type { StepTaskResult } from "../../../../../kernel-lib/dist/pipeline/run/tasks/task-documents.js";
import type { TaskTools } from "../../../../../kernel-lib/dist/pipeline/run/tasks/task-tools.js";
import { copyFixtures } from "../../../cli/support.js";

vi.setConfig({ testTimeout: 120_000 });

async function open(
  fixture: string,
  notebook: string,
): Promise<{ target: RunnableProgram; tools: TaskTools; path: string }> {
  const folder = copyFixtures(fixture);
  const path = join(folder, fixture, notebook);
  const target = await runnableNotebook({ notebookPath: path, projectRoot: folder });
  const exchange = await openExchange(folder, {});
  return { target, path, tools: { exchange, now: Date.now, tell: () => {}, signal: new AbortController().signal } };
}

test("tasks of an engine give the runs of a grid, as one process would have", async () => {
  const { target, tools, path } = await open("scaling", "heights.ipynb");
  const asked = { key: "dag/1", startedMs: 1_700_000_000_000, params: {}, grid: { holdout: [0.2, 0.4] } };
  const begun = await beginRuns(target, asked, tools);
  expect(begun.runs.map(({ params }) => params)).toEqual([{ holdout: 0.2 }, { holdout: 0.4 }]);
  // Tried again, the same runs begin.
  expect((await beginRuns(target, asked, tools)).runs).toEqual(begun.runs);

  const results: StepTaskResult[] = [];
  for (const work of Object.values(begun.steps).flat()) {
    const result = await performStep(target, { begun, work, results }, tools);
    if (result.status === "failed") throw new Error(result.error.message);
    results.push(result);
  }
  const { runs, status } = await finishRuns(target, { begun, results }, tools);
  expect(status).toBe("succeeded");
  const root = target.files.root;
  const reader = openReader(root);
  for (const run of runs) {
    const record = reader.record(run.run);
    expect(record?.started?.sweep).toBe(begun.sweep);
    expect(record?.finished?.status).toBe("succeeded");
    expect(record?.steps.map(({ step }) => step).sort()).toEqual(
      target.program.plan.steps.map(({ name }) => name).sort(),
    );
    const alone = await runPipeline({ notebookPath: path, projectRoot: root, params: run.params, force: ["all"] });
    expect(run.metrics).toEqual(alone.metrics);
    expect(run.artifacts).toEqual(
      Object.fromEntries(
        alone.steps.flatMap(({ name, outputs }) => outputs.map((one) => [`${name}/${one.name}`, one.hash])),
      ),
    );
  }
});

test("a step that fails is told as the engine tries it again, and logged with all its attempts once it does not", async () => {
  const { target, tools } = await open("failing", "failing.ipynb");
  const begun = await beginRuns(target, { key: "dag/2", startedMs: 1, params: {} }, tools);
  const [first, second] = Object.values(begun.steps).flat();
  if (first === undefined || second === undefined) throw new Error("a plan without steps");
  const before = await performStep(target, { begun, work: first, results: [] }, tools);
  if (before.status === "failed") throw new Error(before.error.message);
  const attempt = (number: number, isLast: boolean) =>
    performStep(target, { begun, work: second, results: [before], attempt: { number, isLast } }, tools);

  // Of the second try nobody hears: its worker is lost.
  expect(await attempt(1, false)).toMatchObject({ status: "failed", error: { name: "TypeError" } });
  const [run = ""] = first.runs;
  expect(
    openReader(target.files.root)
      .record(run)
      ?.steps.map(({ step }) => step),
  ).toEqual([first.step]);
  expect(await attempt(3, true)).toMatchObject({ status: "failed", error: { name: "TypeError" } });
  const { runs, status } = await finishRuns(target, { begun, results: [before] }, tools);
  expect(status).toBe("failed");
  expect(runs[0]?.missing).toContain(second.step);
  const logged = openReader(target.files.root).record(run);
  expect(logged?.finished?.status).toBe("failed");
  expect(logged?.steps.at(-1)).toMatchObject({
    step: second.step,
    status: "failed",
    attempts: [{ name: "TypeError" }, { name: "StepDied", message: expect.stringContaining("Attempt 2 left no word") }],
  });
});

test("beginRuns() begins nothing where a param or a grid is wrong", async () => {
  const { target, tools } = await open("scaling", "heights.ipynb");
  const begin = (more: object) => beginRuns(target, { key: "k", startedMs: 1, params: {}, ...more }, tools);
  await expect(begin({ grid: { holdout: [0.2, 7] } })).rejects.toThrow("the largest allowed value is 0.5");
  await expect(begin({ grid: { holdout: [] } })).rejects.toThrow("give it a list of one value or more");
  await expect(begin({ params: { holdut: 0.2 } })).rejects.toThrow("Did you mean holdout?");
  expect(openReader(target.files.root).records()).toEqual([]);
});
