import { parseArgs } from "node:util";
import { describeFailure } from "./describe-failure.js";
import { run } from "./run.js";
import { type CliStreams, processStreams } from "./streams.js";

/**
 * `tagline run` of a notebook, whose flags Node itself can read: a run whose results all hold takes no longer than the library that reads
 * command lines, with all the commands that it is told of. Resolves to the exit code.
 *
 * @param args without Node and the script
 * @returns null for any other command line, wrong ones above all, about which that library has more to say
 */
export function quickRun(args: readonly string[], streams: CliStreams = processStreams): Promise<number> | null {
  if (args[0] !== "run") return null;
  const flags = readFlags(args.slice(1));
  const [notebook, ...others] = flags?.positionals ?? [];
  if (flags === null || notebook === undefined || others.length > 0) return null;
  const { param, params, "dry-run": dryRun, json, ...rest } = flags.values;
  const options = { params: param, dryRun, json, ...rest, ...(params === undefined ? {} : { paramsFile: params }) };
  return run(notebook, { ...options, ...streams }).catch((error: unknown) => {
    streams.stderr.write(`${describeFailure(error)}\n`);
    return 2;
  });
}

function readFlags(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        param: { type: "string", short: "p", multiple: true, default: [] },
        params: { type: "string" },
        sort: { type: "string" },
        "dry-run": { type: "boolean", default: false },
        jobs: { type: "string", short: "j" },
        only: { type: "string" },
        to: { type: "string" },
        force: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
      },
    });
  } catch {
    return null;
  }
}
