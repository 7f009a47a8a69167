import type { RunnableProgram } from "../runnable-program.js";
import type { FinishedRun, FinishedRuns, FinishRequest } from "./task-documents.js";
import { writeSegment } from "./task-log.js";
import type { TaskTools } from "./task-tools.js";

/** Ends the runs: each succeeded if every step of it has a result. */
export async function finishRuns(
  target: RunnableProgram,
  { begun, results }: FinishRequest,
  { exchange, now }: TaskTools,
): Promise<FinishedRuns & { readonly segments: readonly string[] }> {
  const { plan } = target.program;
  const runs = begun.runs.map(({ run, params }): FinishedRun => {
    const own = plan.steps.flatMap(({ name }) => results.filter((one) => one.step === name && one.runs.includes(run)));
    const missing = plan.steps.map(({ name }) => name).filter((name) => !own.some((result) => result.step === name));
    return {
      run,
      params,
      status: missing.length === 0 ? "succeeded" : "failed",
      metrics: Object.assign({}, ...own.map(({ metrics }) => metrics)),
      artifacts: Object.fromEntries(
        own.flatMap(({ step, outputs }) => outputs.map(({ name, hash }) => [`${step}/${name}`, hash])),
      ),
      models: own.flatMap(({ models }) => models),
      missing,
    };
  });
  const endMs = now();
  const segment = await writeSegment(
    target.files.root,
    runs.map(({ run, status }) => ({
      kind: "run.finished",
      run,
      status,
      at: new Date(endMs).toISOString(),
      // Begun on another machine, whose clock this one follows.
      durationMs: Math.max(0, endMs - begun.hlc[0]),
    })),
    { exchange, after: [begun.hlc, ...results.map(({ hlc }) => hlc)], now },
  );
  const failed = runs.some(({ status }) => status === "failed");
  const segments = [...new Set([begun.segment, ...results.flatMap((result) => result.segments), segment.writer])];
  return { status: failed ? "failed" : "succeeded", sweep: begun.sweep, runs, segments };
}
