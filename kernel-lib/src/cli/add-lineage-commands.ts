import type { Command } from "commander";
import type { CompactFlags } from "./lineage-compact.js";
import type { EraseFlags } from "./lineage-erase.js";
import type { ExportFlags, SendFlags } from "./lineage-export.js";
import type { RetainFlags } from "./lineage-retain.js";
import { type CliStreams, printJson } from "./streams.js";

/** Adds `lineage` and its subcommands. */
export function addLineageCommands(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  const lineage = program.command("lineage").description("the log itself: check it, take it elsewhere");

  lineage
    .command("verify")
    .description("walk every hash chain and name the first byte that is wrong; exits 1 when there is one")
    .option("--json", "print {intact, segments, events, erased, problems} as one JSON document")
    .action(async (options: { readonly json?: boolean }) => {
      const { formatVerdict, verifyProject } = await import("./lineage-verify.js");
      const verdict = verifyProject();
      if (options.json) printJson(streams, verdict);
      else streams.stdout.write(formatVerdict(verdict));
      setExitCode(verdict.intact ? 0 : 1);
    });

  lineage
    .command("erase")
    .description("take what a person did, or a run, out of the log for good; its chains stay valid")
    .option("--author <name>", "the person's name, address, or both, as the log has them")
    .option("--run <id>", "one run")
    .option("--keep-events", "of an author only the name and the host go; what was done stays")
    .option("--dry-run", "only tell what would go")
    .option("--json", "print {events, runs, segments, objects} as one JSON document")
    .action(async (options: EraseFlags & { readonly json?: boolean }) => {
      const { eraseFromProject, formatErasure } = await import("./lineage-erase.js");
      const erasure = eraseFromProject(options);
      if (options.json) printJson(streams, erasure);
      else streams.stdout.write(formatErasure(erasure, options.dryRun === true));
    });

  lineage
    .command("retain")
    .description(
      "take out runs older than the project keeps them, but none that a model, a schedule or a newer run needs",
    )
    .option("--keep <age>", "keep runs that ended, and requests that were answered, since: 90d, 12h")
    .option("--runs <number>", "keep the newest so many runs")
    .option("--dry-run", "only tell what would go")
    .option("--json", "print {events, runs, segments, objects, needed} as one JSON document")
    .addHelpText(
      "after",
      '\nWithout flags, as "retention" in .tagline/catalog.json says: {"keep": "90d", "runs": 500}. Then a service does it daily.',
    )
    .action(async (options: RetainFlags & { readonly json?: boolean }) => {
      const { formatRetained, retainInProject } = await import("./lineage-retain.js");
      const retained = retainInProject(options);
      if (options.json) printJson(streams, retained);
      else streams.stdout.write(formatRetained(retained, options.dryRun === true));
    });

  lineage
    .command("compact")
    .description("move old segments into few packed files (.jsonl.gz); ids, authors, order and every answer stay")
    .option(
      "--before <age|date>",
      "only those last written before, such as 30d or 2026-10-01; else all that are closed",
    )
    .option("--dry-run", "only tell what would be moved")
    .option("--json", "print {segments, files, bytesBefore, bytesAfter, left} as one JSON document")
    .action(async (options: CompactFlags & { readonly json?: boolean }) => {
      const { compactProject, formatCompaction } = await import("./lineage-compact.js");
      const compaction = compactProject(options);
      if (options.json) printJson(streams, compaction);
      else streams.stdout.write(formatCompaction(compaction, options.dryRun === true));
    });

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
    .option("--new", "only what that server was not sent before")
    .option("--json", "print {url, events, runs, skipped} as one JSON document")
    .addHelpText(
      "after",
      "\nA token for the server is read from OPENLINEAGE_API_KEY. A sending that was cut off goes on where it was.",
    )
    .action(async (options: SendFlags & { readonly json?: boolean }) => {
      const { sendLineage } = await import("./lineage-export.js");
      const sent = await sendLineage(options, streams);
      if (options.json) printJson(streams, sent);
      else {
        const there = sent.skipped === 0 ? "" : `; ${sent.skipped} runs were there already`;
        streams.stdout.write(`Sent ${sent.events} events of ${sent.runs} runs to ${sent.url}${there}\n`);
      }
    });

  lineage
    .command("pull")
    .description(
      "take what tasks of an engine (Airflow) left in the artifact store: their log, and the models they made",
    )
    .argument("[place]", "s3://bucket/prefix; else what TAGLINE_ARTIFACTS or the catalog names")
    .option("--json", "print {place, segments, versions} as one JSON document")
    .action(async (place: string | undefined, options: { readonly json?: boolean }) => {
      const { formatPulled, pullFrom } = await import("./lineage-pull.js");
      const pulled = await pullFrom(place);
      if (options.json) printJson(streams, pulled);
      else streams.stdout.write(formatPulled(pulled));
    });
}
