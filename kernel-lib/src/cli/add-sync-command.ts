import type { Command } from "commander";
import { type CliStreams, printJson } from "./streams.js";
import type { SyncFlags } from "./sync.js";

/** Adds `sync` and its subcommand. */
export function addSyncCommand(program: Command, streams: CliStreams): void {
  program
    .command("sync")
    .description("write what happened here to a server where a team already looks")
    .command("mlflow")
    .description(
      "write runs, params, metrics, tags, artifacts and model versions to MLflow, again and again without doubles",
    )
    .requiredOption("--uri <url>", "the tracking server, such as http://127.0.0.1:5000")
    .option("--experiment <name>", "one experiment for all; else one for each notebook, PROJECT/NOTEBOOK")
    .option("--run <id>", "one run only")
    .option("--sessions", "kernel sessions too")
    .option("--json", "print {uri, created, updated, unchanged, deleted, versions, warnings} as one JSON document")
    .addHelpText("after", "\nMLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, log in.")
    .action(async (options: SyncFlags & { readonly json?: boolean }) => {
      const { formatSync, sync } = await import("./sync.js");
      const result = await sync(options, streams);
      if (options.json) printJson(streams, result);
      else streams.stdout.write(formatSync(result));
    });
}
