import type { Command } from "commander";
import { addArtifactCommands } from "./add-artifact-commands.js";
import { addLineageCommands } from "./add-lineage-commands.js";
import { addModelCommands } from "./add-model-commands.js";
import { addMonitorCommands } from "./add-monitor-commands.js";
import { addQuestionCommands } from "./add-question-commands.js";
import { addScheduleCommands } from "./add-schedule-commands.js";
import { addSetupCommand } from "./add-setup-command.js";
import { addSuggestCommand } from "./add-suggest-command.js";
import { addSyncCommand } from "./add-sync-command.js";
import { addTraceCommand } from "./add-trace-command.js";
import { type CliStreams, printJson } from "./streams.js";

interface JsonFlag {
  readonly json?: boolean;
}

interface RunFlags extends JsonFlag {
  readonly param: readonly string[];
  readonly params?: string;
  readonly sort?: string;
  readonly dryRun?: boolean;
  readonly jobs?: string;
  readonly only?: string;
  readonly to?: string;
  readonly force: readonly string[];
  readonly keepInputs?: string;
}

/** Adds every command; `setExitCode` is told what a command that came to its end means. */
export function addCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  program
    .command("lab")
    .description("prepare and start JupyterLab with the kernel, the panel and the service in place")
    // Never reached: the bin starts it before anything else is loaded. It stands here for `--help`.
    .allowUnknownOption();

  program
    .command("check")
    .description("show the graph of a notebook's tagged cells, and what is wrong with it; runs nothing")
    .argument("<notebook>", "path of the .ipynb file")
    .option("--json", "print {notebook, graph, diagnostics} as one JSON document")
    .action(async (notebook: string, options: JsonFlag) => {
      const { check, formatCheck } = await import("./check.js");
      const { document, cellNumbers } = await check(notebook);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatCheck(document, cellNumbers));
      setExitCode(document.diagnostics.some((diagnostic) => diagnostic.severity === "error") ? 1 : 0);
    });

  addSuggestCommand(program, streams);

  program
    .command("run")
    .description("run a notebook's pipeline; a step whose earlier result still holds is not run again")
    .argument("<notebook>", "path of the .ipynb file")
    .option(
      "-p, --param <name=value>",
      "value of a parameter (again for more); units=8,16 runs once for each",
      collect,
      [],
    )
    .option("--params <file>", "values of parameters in a YAML or JSON file")
    .option("--sort <metric>", "with several values: the best run first, by metric.NAME (asc or desc behind it)")
    .option("--dry-run", "say what would run, and why; nothing runs")
    .option("-j, --jobs <count>", "steps at work at the same time, in all runs together (default: as many as cores)")
    .option("--only <step>", "this step alone; those that it needs must have results")
    .option("--to <step>", "this step, and all that it needs")
    .option("--force <step>", "run it although its earlier result holds (again for more, or: all)", collect, [])
    .option("--keep-inputs <size>", "keep files that steps read up to this size, for restore: 256MB, 2GB, off")
    .option("--json", "print the run as one JSON document; progress goes to standard error")
    .action(async (notebook: string, { param, params, json, ...options }: RunFlags) => {
      const { run } = await import("./run.js");
      const file = params === undefined ? {} : { paramsFile: params };
      setExitCode(await run(notebook, { params: param, ...file, ...options, json: json ?? false, ...streams }));
    });

  program
    .command("verify")
    .description("run the pipeline clean, and compare artifacts and metrics with the session and the last run")
    .argument("<notebook>", "path of the .ipynb file")
    .option("-p, --param <name=value>", "value of a parameter (again for more)", collect, [])
    .option("--params <file>", "values of parameters in a YAML or JSON file")
    .option(
      "--json",
      "print {notebook, verdict, run, session, lastRun, values, first, unrepeatable…} as one JSON document",
    )
    .action(async (notebook: string, { param, params, json }: RunFlags) => {
      const { verify } = await import("./verify.js");
      const file = params === undefined ? {} : { paramsFile: params };
      setExitCode(await verify(notebook, { params: param, ...file, json: json ?? false, ...streams }));
    });

  program
    .command("export")
    .description("write a notebook's pipeline as a project of its own")
    .argument("<notebook>", "path of the .ipynb file")
    .requiredOption(
      "--to <target>",
      "what to make: node (a plain Node project), docker, airflow (a DAG for Apache Airflow 3) or github-actions",
    )
    .requiredOption("--out <folder>", "folder to make; must be new or empty")
    .option("--json", "print {notebook, out, files, diagnostics, warnings} as one JSON document")
    .action(async (notebook: string, options: JsonFlag & { readonly to: string; readonly out: string }) => {
      const { exportTo, formatExport } = await import("./export.js");
      const document = await exportTo(notebook, options.to, options.out);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatExport(document));
      setExitCode(document.diagnostics.some((diagnostic) => diagnostic.severity === "error") ? 1 : 0);
    });

  addTraceCommand(program, streams, setExitCode);
  addQuestionCommands(program, streams, setExitCode);
  addSyncCommand(program, streams);
  addLineageCommands(program, streams, setExitCode);
  addArtifactCommands(program, streams);

  addMonitorCommands(program, streams, setExitCode);
  addModelCommands(program, streams, setExitCode);
  addScheduleCommands(program, streams, setExitCode);
  addSetupCommand(program, streams);

  program
    .command("report")
    .description("write a run as one HTML file: prose, params, metrics, charts, lineage, how to reproduce")
    .argument("<run>", "a run's id, the beginning of one, or latest (the newest pipeline run)")
    .option("-o, --out <file>", "file to write", "report.html")
    .option("--notebook <file>", "with latest: the latest run of this notebook; for a session: where its prose is")
    .option("--json", "print {run, title, out, bytes, metrics, warnings…} as one JSON document")
    .action(async (run: string, options: JsonFlag & { readonly out: string; readonly notebook?: string }) => {
      const { report, formatReport } = await import("./report.js");
      const document = await report(run, options);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatReport(document));
    });

  program
    .command("env")
    .description("print the project root and the versions at work, or those of a run")
    .argument("[run]", "run ID or the beginning of one, or latest")
    .option("--json", "print them as one JSON document")
    .action(async (run: string | undefined, options: JsonFlag) => {
      const { environment, environmentOf, formatEnvironment } = await import("./env.js");
      const document = run === undefined ? environment() : environmentOf(run);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatEnvironment(document));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
