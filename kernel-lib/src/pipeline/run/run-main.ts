import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Plan } from "../compile/plan.js";
import { builtModules } from "./built-modules.js";
import { ignoreClosedPipe } from "./ignore-closed-pipe.js";
import type { Pipeline } from "./pipeline.js";
import type { Program } from "./program.js";
import { runCommand } from "./run-command.js";
import { readJson, runFiles } from "./run-files.js";
import { UsageError } from "./usage-error.js";

const HELP = `Runs the pipeline. Steps whose earlier result still holds are not run again.

  npm start -- [-p name=value]... [--json]

  -p, --param name=value   value of a parameter for this run (again for more); units=8,16 runs once for each
  --params file            values of parameters in a JSON file
  --sort metric.name       with several values: the best run first
  --dry-run                what would run, and why; nothing runs
  --only step, --to step   one step alone; a step and all that it needs
  --force step             run it although its earlier result holds (again for more, or: all)
  -j, --jobs count         steps at work at the same time (default: as many as cores)
  --json                   print the run as one JSON document; progress goes to standard error
  -h, --help               this text

Exit codes: 0 all went well, 1 a step failed, 2 wrong usage, 130 cancelled.
`;

/**
 * The main of an exported project: runs its pipeline as the command line asks, and sets the exit code.
 *
 * @param moduleUrl `import.meta.url` of the project's pipeline module, beside which its steps were built
 */
export async function runMain(pipeline: Pipeline, moduleUrl: string): Promise<void> {
  ignoreClosedPipe();
  try {
    process.exitCode = await main(pipeline, dirname(fileURLToPath(moduleUrl)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

async function main(pipeline: Pipeline, dist: string): Promise<number> {
  const project = dirname(dist);
  const target = {
    program: programOf(pipeline, readRecord(join(project, "cells.json")), readRecord(join(project, "models.json"))),
    modules: builtModules(dist, project),
    files: runFiles(process.env["TAGLINE_PROJECT"] || project),
    workFolder: join(project, pipeline.folder),
  };
  if (process.argv[2] === "task") {
    // Loaded only where an engine such as Airflow runs the pipeline.
    const { taskMain } = await import("./tasks/task-main.js");
    return taskMain(target, process.argv[3]);
  }
  if (process.argv[2] === "ci") {
    const { ciMain } = await import("./ci/ci-main.js");
    return ciMain(target.files, process.argv.slice(3));
  }
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { param: params, params: paramsFile, "dry-run": dryRun, help: _, ...rest } = flags;
  return runCommand(target, { params, dryRun, ...(paramsFile === undefined ? {} : { paramsFile }), ...rest });
}

interface Flags {
  readonly param: string[];
  readonly params?: string;
  readonly sort?: string;
  readonly only?: string;
  readonly to?: string;
  readonly force: string[];
  readonly jobs?: string;
  readonly "dry-run": boolean;
  readonly json: boolean;
  readonly help: boolean;
}

function readFlags(): Flags {
  try {
    const { values } = parseArgs({
      options: {
        param: { type: "string", short: "p", multiple: true, default: [] },
        params: { type: "string" },
        sort: { type: "string" },
        only: { type: "string" },
        to: { type: "string" },
        force: { type: "string", multiple: true, default: [] },
        jobs: { type: "string", short: "j" },
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}. See: npm start -- --help`);
  }
}

/** The plan behind what a pipeline states. */
export function programOf(pipeline: Pipeline, cells: Program["cells"], models: Program["models"] = {}): Program {
  const order = pipeline.steps.map((step) => step.name);
  const plan: Plan = {
    notebook: pipeline.notebook,
    params: pipeline.params.map(({ cell, ...param }) => ({ ...param, cellId: cell, line: 1 })),
    steps: pipeline.steps.map((step) => ({
      name: step.name,
      cells: step.cells,
      needs: Object.entries(step.takes).map(([name, from]) => ({ name, from, type: null })),
      gives: step.gives,
      params: step.params,
      ...(step.secrets === undefined
        ? {}
        : { secrets: step.secrets.map((name) => ({ name, cellId: step.cells[0] ?? "", line: 1 })) }),
      metrics: [],
      // The modules' own text is the identity: a step may be edited here.
      codeHash: "",
      options: step.options ?? {},
    })),
    edges: pipeline.steps.flatMap((step) => {
      const from = [...new Set([...Object.values(step.takes), ...(step.after ?? [])])];
      from.sort((a, b) => order.indexOf(a) - order.indexOf(b));
      return from.map((other) => ({
        from: other,
        to: step.name,
        names: Object.keys(step.takes)
          .filter((name) => step.takes[name] === other)
          .sort(),
      }));
    }),
  };
  return { plan, diagnostics: [], cells, models };
}

/** A file that the export wrote. Without it only what it tells is missing: hashes of cells, types of models. */
function readRecord<T>(path: string): Readonly<Record<string, T>> {
  const json = readJson(path);
  // Written by the export of the same version of Tagline.
  return typeof json === "object" && json !== null ? (json as Readonly<Record<string, T>>) : {};
}
