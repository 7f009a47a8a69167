// `npm run bench -- NAME [--json] [--pairs N] [--quick]`: ours and a peer, measured in interleaved pairs in one run.
import "../../kernel-lib/bin/check-node.js";
import { parseArgs } from "node:util";
import { LabError } from "../../kernel-lib/src/lab/lab-error.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { prepare } from "../../kernel-lib/src/lab/prepare.js";
import { createProgress } from "../../kernel-lib/src/lab/progress.js";
import { formatRows } from "./support/format-rows.js";

/** @type {Readonly<Record<string, { about: string, load: () => Promise<{ bench: import("./support/row.js").Bench }> }>>} */
const benches = {
  kernel: {
    about: "a cell's round trip, the start, loops, tracking, memory: beside ipykernel, stock tslab and bare Node",
    load: () => import("./kernel-bench.js"),
  },
  lineage: {
    about: "durable events, opening and asking a large log: beside a bare append, SQLite and MLflow",
    load: () => import("./lineage-bench.js"),
  },
  pipeline: {
    about: "trivial pipelines, new, run again and cached, and how they grow: beside bare Node, papermill and DVC",
    load: () => import("./pipeline-bench.js"),
  },
};

process.exitCode = await main();

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      pairs: { type: "string" },
      quick: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const [name] = positionals;
  const chosen = name === undefined ? undefined : benches[name];
  if (values.help || chosen === undefined) {
    const list = Object.entries(benches).map(([key, { about }]) => `  ${key.padEnd(12)}${about}`);
    const wrong =
      name === undefined || values.help ? [] : [`Cannot run the bench ${name}: there is none of that name.`];
    const text = [...wrong, "Usage: npm run bench -- NAME [--json] [--pairs N] [--quick]", ...list, ""].join("\n");
    (values.help ? process.stdout : process.stderr).write(text);
    return values.help ? 0 : 2;
  }
  const pairs = values.pairs === undefined ? undefined : Number(values.pairs);
  if (pairs !== undefined && !(Number.isInteger(pairs) && pairs > 0)) {
    process.stderr.write(`Cannot measure ${values.pairs} pairs: give a whole number above 0.\n`);
    return 2;
  }
  /** @param {string} line */
  const tell = (line) => process.stderr.write(`${line}\n`);
  try {
    const context = { places: checkout, retry: `npm run bench -- ${name}`, signal: new AbortController().signal };
    await prepare(context, createProgress(process.stderr));
    const { bench } = await chosen.load();
    const rows = await bench({ tell, ...(pairs === undefined ? {} : { pairs }), quick: values.quick ?? false });
    process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : formatRows(rows));
    return 0;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    tell([error.message, ...error.details].join("\n  "));
    return 2;
  }
}
