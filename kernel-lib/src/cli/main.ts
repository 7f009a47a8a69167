import { ignoreClosedPipe } from "../pipeline/run/ignore-closed-pipe.js";
import { runCli } from "./run-cli.js";

ignoreClosedPipe();
// The bin loads this module to run the command line that Node was started with.
process.exitCode = await runCli(process.argv.slice(2));
