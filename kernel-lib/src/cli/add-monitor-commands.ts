import type { Command } from "commander";
import type { DriftFlags } from "./monitor.js";
import { type CliStreams, printJson } from "./streams.js";

interface JsonFlag {
  readonly json?: boolean;
}

/** `tagline monitor …`. */
export function addMonitorCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  const monitor = program.command("monitor").description("watch the data that a model meets");
  monitor
    .command("check")
    .description("compare rows with a reference, feature by feature; exits 1 when one has drifted")
    .option("--reference <file>", "rows to compare with: .json, .jsonl, .csv or .arrow")
    .option("--model <name>", "or the reference of a model: NAME, NAME@ALIAS or NAME@VERSION")
    .requiredOption("--current <file>", "the rows to check")
    .option("--psi <number>", "population stability index from which a shift is large", "0.2")
    .option("--alpha <number>", "corrected p-value below which a shift is no chance", "0.05")
    .option(
      "--columns <names>",
      "compare these columns alone, separated by commas (dates too, which else only count gaps)",
    )
    .option("--json", "print the comparison as one JSON document")
    .action(async (options: JsonFlag & DriftFlags) => {
      const { checkForDrift, formatDrift } = await import("./monitor.js");
      const document = await checkForDrift(options);
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatDrift(document));
      setExitCode(document.drifted ? 1 : 0);
    });

  monitor
    .command("list")
    .description("list the last drift check of each model")
    .option("--json", "print {checks} as one JSON document")
    .action(async (options: JsonFlag) => {
      const { formatLastChecks, lastChecks } = await import("./monitor.js");
      const checks = lastChecks();
      if (options.json) printJson(streams, { checks });
      else streams.stdout.write(formatLastChecks(checks));
    });
}
