import type { Command } from "commander";
import type { RunsFlags } from "./runs.js";
import { type CliStreams, printJson } from "./streams.js";
import type { TimelineFlags } from "./timeline.js";

interface JsonFlag {
  readonly json?: boolean;
}

/** Adds what asks the lineage log: `runs`, `why`, `impact`, `diff`, `stale`, `timeline`. */
export function addQuestionCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  program
    .command("runs")
    .description("list the runs of this project, newest first")
    .option(
      "--filter <expression>",
      "such as: metrics.accuracy > 0.9 and params.units in (16, 32) and status = succeeded",
    )
    .option("--sort <field>", "such as: metrics.accuracy desc (again for more)", collect, [])
    .option("--author <name>", "runs of one person: a part of the name or address")
    .option("--notebook <file>", "runs of one notebook")
    .option("--limit <number>", "the first so many")
    .option("--json", "print {runs} as one JSON document")
    .action(async (options: JsonFlag & RunsFlags) => {
      const { projectRuns, formatRuns } = await import("./runs.js");
      const found = projectRuns(options, streams);
      if (options.json) printJson(streams, { runs: found.runs });
      else streams.stdout.write(formatRuns(found));
    });

  program
    .command("why")
    .description("show where something came from: back through model, cells and params to the files")
    .argument(
      "<name>",
      "run:ID|latest, metric:NAME[@RUN], model:NAME, deployment:NAME, request:ID, file:PATH, cell:NOTEBOOK#ID or artifact:HASH",
    )
    .option("--json", "print {nodes, edges} as one JSON document")
    .action(async (name: string, options: JsonFlag) => {
      const { explain } = await import("./why.js");
      const { graph, text } = explain(name, streams);
      if (options.json) printJson(streams, graph);
      else streams.stdout.write(text);
    });

  program
    .command("impact")
    .description("show what came of something: values, metrics, files, and which live models use it")
    .argument(
      "<name>",
      "file:PATH[@HASH], cell:NOTEBOOK#ID, param:NAME[@RUN], artifact:NAME|HASH, model:NAME or run:ID",
    )
    .option("--json", "print {targets, nodes, edges, runs, models} as one JSON document")
    .action(async (name: string, options: JsonFlag) => {
      const { formatImpact, impactOf } = await import("./impact.js");
      const document = impactOf(name, streams);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatImpact(document));
    });

  program
    .command("diff")
    .description("show what differs between two runs, and what can have moved each metric")
    .argument("<from>", "run ID or the beginning of one, latest, latest~1 (the one before it)")
    .argument("<to>", "the other run")
    .option("--json", "print {from, to, params, data, code, environment, artifacts, metrics} as one JSON document")
    .action(async (from: string, to: string, options: JsonFlag) => {
      const { diff, formatDiff } = await import("./diff.js");
      const document = diff(from, to, streams);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatDiff(document));
    });

  program
    .command("stale")
    .description("list what a session holds that a clean run would not make the same way; exits 1 when there is any")
    .argument("<notebook>", "path of the .ipynb file")
    .option("--run <id>", "a session of this notebook; else its last one")
    .option("--json", "print {notebook, session, stale} as one JSON document")
    .action(async (notebook: string, options: JsonFlag & { readonly run?: string }) => {
      const [{ stale }, { formatStale }] = await Promise.all([import("./stale.js"), import("./format-stale.js")]);
      const report = stale(notebook, options);
      if (options.json) printJson(streams, report.document);
      else streams.stdout.write(formatStale(report));
      setExitCode(report.document.stale.length > 0 ? 1 : 0);
    });

  program
    .command("timeline")
    .description("list what happened in this project, oldest first")
    .option("--since <moment>", "2026-11-24, an ISO moment, or 30m, 2h, 3d, 1w for so long ago")
    .option("--until <moment>", "the same, for the end")
    .option("--run <id>", "of one run")
    .option("--kind <kind>", "of one kind: run, cell, step, model, alias, request, drift, schedule, …")
    .option("--author <name>", "of one person: a part of the name or address")
    .option("--limit <number>", "the newest so many", "100")
    .option("--json", "print {events} as one JSON document")
    .action(async (options: JsonFlag & TimelineFlags) => {
      const { formatTimeline, projectTimeline } = await import("./timeline.js");
      const { json = false, ...flags } = options;
      const events = projectTimeline(flags, streams);
      if (json) printJson(streams, { events });
      else streams.stdout.write(formatTimeline(events));
    });

  program
    .command("sql")
    .description(
      "ask the log in SQL (DuckDB): tables events, runs, steps, executions, metrics, params, files, models, requests",
    )
    .argument("<query>", "such as \"select run, value from metrics where name = 'accuracy' order by value desc\"")
    .option("--json", "print {columns, rows} as one JSON document")
    .action(async (query: string, options: JsonFlag) => {
      const { formatRows, sql } = await import("./sql.js");
      const found = await sql(query, streams);
      if (options.json) printJson(streams, found);
      else streams.stdout.write(formatRows(found));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
