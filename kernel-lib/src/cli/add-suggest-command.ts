import type { Command } from "commander";
import { type CliStreams, printJson } from "./streams.js";

interface SuggestFlags {
  readonly json?: boolean;
  readonly write?: boolean;
}

/** Adds `tagline suggest`. */
export function addSuggestCommand(program: Command, streams: CliStreams): void {
  program
    .command("suggest")
    .description("propose steps for a notebook without tags, and say what stands in the way; runs nothing")
    .argument("<notebook>", "path of the .ipynb file")
    .option("--write", "tag the cells in the file; nothing else of it changes, and tags that are there stay")
    .option("--json", "print {notebook, cells, steps, findings, changes, written} as one JSON document")
    .action(async (notebook: string, { json = false, write = false }: SuggestFlags) => {
      const { formatSuggestion, suggest } = await import("./suggest.js");
      const report = suggest(notebook, { write });
      if (json) printJson(streams, report.document);
      else streams.stdout.write(formatSuggestion(report));
    });
}
