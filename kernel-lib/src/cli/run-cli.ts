import { Command, CommanderError } from "commander";
import { ownVersion } from "../lineage/own-version.js";
import { addCommands } from "./commands.js";
import { describeFailure } from "./describe-failure.js";
import { type CliStreams, processStreams } from "./streams.js";

const EXIT_CODES = `
Exit codes:
  0    all went well
  1    the notebook's or the data's fault: an error diagnostic, a step that failed, drift
  2    wrong usage, or something outside of the notebook that stands in the way
  130  cancelled with Ctrl-C`;

/**
 * Runs one command line and resolves to its exit code. Commands load the rooms that they need when they run.
 *
 * @param args without Node and the script
 */
export async function runCli(args: readonly string[], streams: CliStreams = processStreams): Promise<number> {
  let exitCode = 0;
  const program = new Command("tagline")
    .description("Tag cells; get a pipeline. Every number keeps its lineage.")
    .version(ownVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help for a command")
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError("(see tagline --help)")
    .addHelpText("afterAll", EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  addCommands(program, streams, (code) => {
    exitCode = code;
  });
  try {
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    streams.stderr.write(`${describeFailure(error)}\n`);
    return 2;
  }
}
