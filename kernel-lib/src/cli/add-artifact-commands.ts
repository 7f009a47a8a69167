import type { Command } from "commander";
import type { GcFlags } from "./artifacts-gc.js";
import type { GetFlags } from "./artifacts-get.js";
import { type CliStreams, printJson } from "./streams.js";

interface JsonFlag {
  readonly json?: boolean;
}

/** Adds `artifacts`, its subcommands, and `restore`. */
export function addArtifactCommands(program: Command, streams: CliStreams): void {
  const artifacts = program
    .command("artifacts")
    .description("what steps handed on, models captured and runs read: list it, get it, collect what nothing names");

  artifacts
    .command("list")
    .description("list what is kept, the newest first, with the run, step and name that it stands for")
    .option("--run <run>", "of this run alone, with the files that it read")
    .option("--json", "print {artifacts} as one JSON document")
    .action(async (options: JsonFlag & { readonly run?: string }) => {
      const { formatArtifacts, listArtifacts } = await import("./artifacts-list.js");
      const listed = await listArtifacts(options);
      if (options.json) printJson(streams, listed);
      else streams.stdout.write(formatArtifacts(listed));
    });

  artifacts
    .command("get")
    .description("print an artifact, or write it to a file in the format that the file's ending names")
    .argument("<artifact>", "HASH, the beginning of one, artifact:HASH, or RUN:STEP:NAME (RUN may be latest)")
    .option("-o, --out <file>", "file to write: .json, .csv, .arrow, a folder for a model; else its bytes as they are")
    .option("--raw", "the stored bytes, whatever they hold")
    .option("--json", "as JSON, whatever it is")
    .action(async (asked: string, options: GetFlags) => {
      const { getArtifact } = await import("./artifacts-get.js");
      await getArtifact(asked, options, streams);
    });

  artifacts
    .command("gc")
    .description("remove objects that no run, version, deployment, cached step or setting names any more")
    .option("--older-than <age>", "only those put (or put again) longer ago: 30d, 12h, 0s", "1d")
    .option("--dry-run", "only tell what would go")
    .option("--also <folder>", "another project that uses the same store (again for more)", collect, [])
    .option("--forget <id>", "a project that used the same store and is no more (again for more)", collect, [])
    .option("--json", "print {dryRun, bytes, places} as one JSON document")
    .action(async (options: GcFlags & JsonFlag) => {
      const { collect: collectAll, formatCollected } = await import("./artifacts-gc.js");
      const collected = await collectAll(options);
      if (options.json) printJson(streams, collected);
      else streams.stdout.write(formatCollected(collected));
    });

  program
    .command("restore")
    .description("put a run's notebook and the files that it read into a folder, as they were")
    .argument("<run>", "a run's id, the beginning of one, or latest (the newest pipeline run)")
    .option("-o, --out <folder>", "folder; else restored-RUN. Nothing in it is overwritten")
    .option("--json", "print {run, out, notebook, files, missing, params, commands} as one JSON document")
    .action(async (run: string, options: JsonFlag & { readonly out?: string }) => {
      const { formatRestored, restore } = await import("./restore.js");
      const restored = await restore(run, options);
      if (options.json) printJson(streams, restored);
      else streams.stdout.write(formatRestored(restored));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
