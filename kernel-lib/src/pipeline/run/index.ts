import type { Pipeline } from "./pipeline.js";
import type { RunDocument } from "./run-document.js";
import type { RunPipelineOptions } from "./run-pipeline.js";

export type { Pipeline, PipelineParam, PipelineStep } from "./pipeline.js";
export type { OutputDocument, RunDocument, RunProgress, StepDocument, StepError } from "./run-document.js";
export type { RunPipelineOptions } from "./run-pipeline.js";
export { cell, show } from "./step-session.js";
export { UsageError } from "./usage-error.js";

// Steps import this module for `cell` and `show`: whatever they do not need is loaded when it is called.

/** See run-pipeline.ts. */
export async function runPipeline(options: RunPipelineOptions): Promise<RunDocument> {
  const run = await import("./run-pipeline.js");
  return run.runPipeline(options);
}

/** See run-main.ts. */
export async function runMain(pipeline: Pipeline, moduleUrl: string): Promise<void> {
  const main = await import("./run-main.js");
  return main.runMain(pipeline, moduleUrl);
}
