import { ignoreClosedPipe } from "../pipeline/run/ignore-closed-pipe.js";
import { quickRun } from "./quick-run.js";

ignoreClosedPipe();
// The bin loads this module to run the command line that Node was started with.
const args = process.argv.slice(2);
const quick = quickRun(args);
if (quick !== null) process.exitCode = await quick;
else {
  const { runCli } = await import("./run-cli.js");
  process.exitCode = await runCli(args);
}
