import { readFileSync, writeSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { CellSources } from "../../kernel/cell-sources.js";
import { guardProcess } from "../../kernel/guard-process.js";
import { readNotebook } from "../../notebook/read-notebook.js";
import { watchParent } from "../../pipeline/run/watch-parent.js";
import type { TraceMessage } from "./cell-report.js";
import { traceCells } from "./trace-cells.js";

/** Where the parent reads what this process tells. */
const CHANNEL = 3;
/** How long to wait for a parent that reads slowly. */
const PAUSE_MS = 5;

let sources: CellSources | null = null;
// Cells may not end the process; this does.
const exit = guardProcess(() => sources);
// Kept before a cell can replace it.
const write = writeSync;
const pause = new Int32Array(new SharedArrayBuffer(4));

function tell(message: TraceMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message, plain)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(write(CHANNEL, rest));
    } catch (error) {
      // Nobody is there any more: then nobody needs the rest.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) exit(1);
      Atomics.wait(pause, 0, 0, PAUSE_MS);
    }
  }
}

/** A parameter may hold what JSON has no form for. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

const [path = "", parentPid = "0"] = process.argv.slice(2);
watchParent(Number(parentPid));
const { cells } = readNotebook(basename(path), readFileSync(path, "utf8"));
await traceCells(
  cells.filter(({ kind }) => kind === "code"),
  { notebook: resolve(path), tell, onSources: (known) => (sources = known) },
);
tell({ kind: "end" });
exit(0);
