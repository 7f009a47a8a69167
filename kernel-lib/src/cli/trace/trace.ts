import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { CellError } from "../../lineage/cell-trace.js";
import type { NotebookCell } from "../../notebook/notebook.js";
import { readNotebook } from "../../notebook/read-notebook.js";
import type { ProgressStream } from "../../pipeline/run/print-progress.js";
import { UsageError } from "../../pipeline/run/usage-error.js";
import { table } from "../table.js";
import { type CellReport, emptyReport, type TraceMessage } from "./cell-report.js";

export interface TraceOptions {
  /** Seconds that a cell may take; null for no limit. */
  readonly timeoutS: number | null;
  /** Where the cells' own output goes. */
  readonly stderr: ProgressStream;
}

/** What `tagline trace --json` prints: one report for each code cell, in the notebook's order. */
export type TraceDocument = readonly CellReport[];

/** How long a cell that was interrupted may take to end. */
const GRACE_MS = 5000;

const mainPath = fileURLToPath(new URL("./main.js", import.meta.url));
const languages = new Set(["typescript", "javascript"]);

/** Executes the notebook's code cells in a process of their own, and tells what each of them did. The file stays as it is. */
export async function trace(notebookPath: string, { timeoutS, stderr }: TraceOptions): Promise<TraceDocument> {
  const path = resolve(notebookPath);
  const cells = readCodeCells(notebookPath, path);
  const child = spawn(process.execPath, [mainPath, path, String(process.pid)], {
    cwd: dirname(path),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    // Ctrl-C is for this process, which then ends its child.
    detached: true,
  });
  const kill = (): void => void child.kill("SIGKILL");
  const cancel = (): never => {
    kill();
    process.exit(130);
  };
  process.once("SIGINT", cancel).once("SIGTERM", cancel).once("exit", kill);
  try {
    return await collect(child, cells, { timeoutS, stderr });
  } finally {
    process.off("SIGINT", cancel).off("SIGTERM", cancel).off("exit", kill);
  }
}

function readCodeCells(given: string, path: string): NotebookCell[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const why = isMissing ? "there is no such file." : String(cause);
    throw new UsageError(`Cannot read notebook ${given}: ${why}`, { cause });
  }
  const { cells, language } = readNotebook(given, text);
  if (language !== null && !languages.has(language))
    throw new UsageError(
      `Cannot trace ${given}: it is written in ${language}, and Tagline runs TypeScript and JavaScript.`,
    );
  return cells.filter(({ kind }) => kind === "code");
}

async function collect(
  child: ChildProcess,
  cells: readonly NotebookCell[],
  { timeoutS, stderr }: TraceOptions,
): Promise<TraceDocument> {
  const reports: CellReport[] = [];
  let running = -1;
  let timers: NodeJS.Timeout[] = [];
  const isLate = { yes: false };
  const restart = (): void => {
    timers.forEach(clearTimeout);
    if (timeoutS === null || running < 0) return;
    const late = (): void => {
      isLate.yes = true;
      child.kill("SIGINT");
    };
    timers = [setTimeout(late, timeoutS * 1000), setTimeout(() => child.kill("SIGKILL"), timeoutS * 1000 + GRACE_MS)];
  };
  // What cells print is for the person; standard output is for the document alone.
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => stderr.write(text));
  // The fourth pipe is one that is read here.
  const lines = createInterface({ input: child.stdio[3] as Readable });
  lines.on("line", (line) => {
    const message = JSON.parse(line) as TraceMessage;
    if (message.kind === "cell") reports[message.index] = message.report;
    if (message.kind === "cell" && message.index !== running) return;
    isLate.yes = false;
    running = message.kind === "begin" ? message.index : -1;
    restart();
    // All is told: what a cell left behind for the end of the process may take its time, but not for ever.
    if (message.kind === "end") timers.push(setTimeout(() => child.kill("SIGKILL"), GRACE_MS));
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolveEnd, reject) => {
      child.once("error", reject);
      child.once("close", (...[status, by]: [number | null, NodeJS.Signals | null]) =>
        resolveEnd({ code: status, signal: by }),
      );
      // A process that a cell left behind may hold the pipes open for ever.
      const letGo = (): void => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      };
      child.once("exit", () => setTimeout(letGo, GRACE_MS).unref());
    },
  );
  timers.forEach(clearTimeout);
  const how = signal === null ? `with exit code ${code ?? "unknown"}` : `by signal ${signal}`;
  return cells.map(({ id }, index) => {
    const report = reports[index];
    if (report !== undefined) return report;
    if (index !== running) return emptyReport(id, failure("NotRun", "the notebook's process had ended before"));
    if (isLate.yes) return emptyReport(id, failure("TimeoutError", "the cell took longer than --timeout allows"));
    return emptyReport(id, failure("ProcessEnded", `the notebook's process ended ${how} while this cell ran`));
  });
}

function failure(name: string, message: string): CellError {
  return { name, message, line: null, column: null, stack: [] };
}

export function formatTrace(reports: TraceDocument): string {
  const rows = reports.map((report) => [
    report.cell,
    report.reads.join(" "),
    report.writes.join(" "),
    report.mutates.join(" "),
    report.files.map(({ path, mode }) => `${mode} ${path}`).join(", "),
    report.params.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(", "),
    report.metrics.map(({ name, value }) => `${name}=${value}`).join(", "),
    report.error === null ? "" : `${report.error.name}: ${report.error.message.split("\n")[0]}`,
  ]);
  const head = ["cell", "reads", "writes", "mutates", "files", "params", "metrics", "error"];
  const failed = reports.filter(({ error }) => error !== null).length;
  const verdict = `${reports.length} ${reports.length === 1 ? "cell" : "cells"}, ${failed} failed`;
  return `${[...table(head, rows), "", verdict].join("\n")}\n`;
}
