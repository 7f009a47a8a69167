import type { Command } from "commander";
import type { ExportFlags, SendFlags } from "./lineage-export.js";
import { type CliStreams, printJson } from "./streams.js";

/** Adds `lineage` and its subcommands. */
export function addLineageCommands(program: Command, streams: CliStreams): void {
  const lineage = program.command("lineage").description("the log itself: check it, take it elsewhere");

  lineage
    .command("export")
    .description("write the log in an open format, one JSON object a line")
    .requiredOption("--format <format>", "openlineage, or jsonl (our own events)")
    .option("-o, --out <file>", "file to write; else standard output")
    .option("--run <id>", "one run only")
    .option("--namespace <name>", "openlineage: namespace of jobs; else the name of the project's folder")
    .action(async (options: ExportFlags) => {
      const { exportLineage } = await import("./lineage-export.js");
      await exportLineage(options, streams);
    });

  lineage
    .command("send")
    .description("send runs as OpenLineage events to a server such as Marquez; what is out of reach is tried again")
    .requiredOption("--url <url>", "the server, such as http://127.0.0.1:5000")
    .option("--run <id>", "one run only")
    .option("--namespace <name>", "namespace of jobs; else the name of the project's folder")
    .option("--attempts <number>", "how often one event is tried", "5")
    .option("--json", "print {url, events} as one JSON document")
    .addHelpText("after", "\nA token for the server is read from OPENLINEAGE_API_KEY.")
    .action(async (options: SendFlags & { readonly json?: boolean }) => {
      const { sendLineage } = await import("./lineage-export.js");
      const sent = await sendLineage(options, streams);
      if (options.json) printJson(streams, sent);
      else streams.stdout.write(`Sent ${sent.events} events of ${sent.runs} runs to ${sent.url}\n`);
    });
}
