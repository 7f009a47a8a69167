import { checkParams } from "./check-params.js";
import { expandGrid } from "./expand-grid.js";
import { givenParams } from "./given-params.js";
import { type DryRun, planRun } from "./plan-run.js";
import type { ProgressStream } from "./print-progress.js";
import { runInTerminal } from "./run-in-terminal.js";
import { runProgram } from "./run-program.js";
import { runSweep } from "./run-sweep.js";
import type { RunnableProgram } from "./runnable-program.js";
import { type StepChoice, selectSteps } from "./select-steps.js";
import { parseSweepOrder } from "./sweep-table.js";
import { UsageError } from "./usage-error.js";

/** What a command line asks of a run. */
export interface RunCommandOptions extends StepChoice {
  /** `name=value`, as given with `-p`; several values of a name, separated by commas, are a grid of runs. */
  readonly params: readonly string[];
  /** A JSON file with values of params. */
  readonly paramsFile?: string;
  readonly dryRun?: boolean;
  /** Largest file that is kept of those that steps read: `256MB`, `off`. */
  readonly keepInputs?: string;
  /** Steps at work at the same time, in all runs of a grid together: a whole number. Default: the number of cores. */
  readonly jobs?: string;
  /** Of a grid: `metric.NAME`, the best first. */
  readonly sort?: string;
  /** Print one JSON document to `stdout`, and the progress to `stderr`. */
  readonly json: boolean;
  readonly stdout?: ProgressStream;
  readonly stderr?: ProgressStream;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program for a person at a terminal: once, for each point of a grid, or not at all (a dry run). Everything that is asked for
 * is checked before anything runs. Resolves to the exit code: 0 if all went well, 1 if not, 130 if cancelled.
 *
 * @throws {UsageError} if a param, a file, or a step's name is wrong
 */
export async function runCommand(target: RunnableProgram, options: RunCommandOptions): Promise<number> {
  const { plan } = target.program;
  const { params: flags, paramsFile: file, env = process.env } = options;
  const given = givenParams({ flags, env, ...(file === undefined ? {} : { file }) }, plan.params);
  const { points, varied } = expandGrid(plan.params, given);
  const order = options.sort === undefined ? null : parseSweepOrder(options.sort);
  const choice: StepChoice = {
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.to === undefined ? {} : { to: options.to }),
    ...(options.force === undefined ? {} : { force: options.force }),
  };
  checkAll(points, (point) =>
    checkParams(plan.params, point, { cells: target.program.cells, folder: target.workFolder }),
  );
  selectSteps(plan, choice);
  const how = {
    ...(options.keepInputs === undefined ? {} : { keepInputs: options.keepInputs }),
    ...(options.jobs === undefined ? {} : { concurrency: readJobs(options.jobs) }),
  };
  if (options.dryRun === true) return dryRun(target, points, { ...options, choice });
  if (points.length === 1) {
    return runInTerminal(
      (more) => runProgram(target, { ...more, ...choice, ...how, params: points[0] ?? {} }),
      options,
    );
  }
  return runSweep(target, { points, varied, order, choice }, { ...options, ...how });
}

function readJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new UsageError(`Cannot run ${text} steps at once: give a whole number above 0.`);
  return jobs;
}

async function dryRun(
  target: RunnableProgram,
  points: readonly Readonly<Record<string, unknown>>[],
  { choice, json, stdout = process.stdout }: RunCommandOptions & { readonly choice: StepChoice },
): Promise<number> {
  const plans: DryRun[] = [];
  for (const params of points) plans.push(await planRun(target, { ...choice, params }));
  const { diagnostics } = target.program;
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (json) {
    const [first] = plans;
    stdout.write(
      `${JSON.stringify(plans.length === 1 ? { ...first, diagnostics } : { runs: plans, diagnostics }, null, 2)}\n`,
    );
  } else {
    for (const { code, message } of errors) stdout.write(`error ${code} ${message}\n`);
    for (const plan of plans) stdout.write(formatPlan(plan, plans.length > 1));
  }
  return errors.length > 0 ? 1 : 0;
}

function formatPlan({ notebook, params, steps }: DryRun, withParams: boolean): string {
  const width = Math.max(4, ...steps.map((step) => step.name.length));
  const head = withParams
    ? Object.entries(params)
        .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
        .join(" ")
    : notebook;
  const words = { run: "would run", cached: "cached", depends: "depends", "left out": "left out" };
  const lines = steps.map(({ name, action, reason }) =>
    // The run that did the work would crowd out the rest.
    `  ${name.padEnd(width)}  ${words[action].padEnd(9)}  ${action === "cached" ? "nothing changed" : reason}`.trimEnd(),
  );
  return `Dry run of ${head}\n${lines.join("\n")}\n`;
}

/** Tells the problems of all points together, each once. */
function checkAll<T>(points: readonly T[], check: (point: T) => unknown): void {
  const problems = new Set<string>();
  for (const point of points) {
    try {
      check(point);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      for (const line of error.message.split("\n")) problems.add(line);
    }
  }
  if (problems.size > 0) throw new UsageError([...problems].join("\n"));
}
