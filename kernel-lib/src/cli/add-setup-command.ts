import type { Command } from "commander";
import { UsageError } from "../pipeline/run/usage-error.js";
import { type CliStreams, printJson } from "./streams.js";

interface SetupFlags {
  readonly force?: boolean;
  readonly into?: string;
  readonly json?: boolean;
  readonly wheel?: string;
}

/** Adds `tagline setup`. */
export function addSetupCommand(program: Command, streams: CliStreams): void {
  program
    .command("setup")
    .description("set up tfjs-node, the native backend of TensorFlow.js, from npm and PyPI alone")
    .argument("<what>", "tfjs-node")
    .option("--force", "set it up anew, even if it works")
    .option("--into <folder>", "also link it into a Node project, such as an export")
    .option("--wheel <file>", "take TensorFlow's library from a downloaded wheel of tensorflow-cpu")
    .option("--json", "print {package, version, folder, isNew, linked, seconds}; progress goes to standard error")
    .action(async (what: string, options: SetupFlags) => {
      if (what !== "tfjs-node") throw new UsageError(`Cannot set up ${JSON.stringify(what)}: Tagline knows tfjs-node.`);
      const { setupTfjsNode } = await import("./setup/setup-tfjs-node.js");
      const { force = false, into, wheel } = options;
      const tell = (line: string): void => void streams.stderr.write(`${line}\n`);
      const document = await setupTfjsNode({ force, into, wheel, tell });
      if (options.json) printJson(streams, document);
      else {
        const { version, folder, isNew, linked, seconds } = document;
        const state = isNew ? `set up in ${seconds} s` : "works already";
        streams.stdout.write(`@tensorflow/tfjs-node ${version}: ${state}, ${folder}\n`);
        if (linked !== null) streams.stdout.write(`Linked: ${linked}\n`);
      }
    });
}
