import type { RunnableProgram } from "../runnable-program.js";
import { UsageError } from "../usage-error.js";
import { watchParent } from "../watch-parent.js";
import { beginRuns } from "./begin-runs.js";
import { finishRuns } from "./finish-runs.js";
import { openExchange } from "./open-exchange.js";
import { performStep } from "./perform-step.js";
import { openLineageServer, sendTaskLineage, type TaskNews } from "./send-task-lineage.js";
import type { BeginRequest, EngineTask, FinishRequest, StepRequest } from "./task-documents.js";
import type { TaskTools } from "./task-tools.js";

/**
 * One task of an engine's run: reads a request from standard input, does the work, and writes its result to standard output, one JSON
 * document each. What it tells meanwhile goes to standard error. Resolves to the exit code: 0, 1 if the pipeline itself failed (trying
 * the same again is the step's own option), 2 if the request is wrong. Anything else is the machine's, and worth another try.
 */
export async function taskMain(target: RunnableProgram, kind: string | undefined): Promise<number> {
  try {
    return await perform(target, kind);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return MACHINE_FAILED;
  }
}

/** Neither the pipeline nor the request is wrong: a store out of reach, a full disk. */
const MACHINE_FAILED = 3;

async function perform(target: RunnableProgram, kind: string | undefined): Promise<number> {
  // Whoever started it waits for it; an orphan must not go on beside the next try.
  watchParent(process.ppid);
  const input = await readInput();
  const exchange = await openExchange(target.files.root);
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  process.once("SIGINT", () => stop.abort());
  const tools: TaskTools = {
    exchange,
    now: Date.now,
    tell: (line) => void process.stderr.write(`${line}\n`),
    signal: stop.signal,
  };
  const startedMs = Date.now();
  const send = async (engine: EngineTask | undefined, news: Omit<TaskNews, "engine" | "startedMs">): Promise<void> => {
    const server = openLineageServer(process.env);
    if (server === null || engine === undefined) return;
    try {
      await sendTaskLineage(target.files.root, { ...news, engine, startedMs }, { exchange, now: Date.now, server });
    } catch (error) {
      // Lineage may be late; the work is done, and the log has it.
      tools.tell(`note: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  switch (kind) {
    case "begin": {
      const { engine, ...request } = input as BeginRequest;
      const begun = await beginRuns(target, request, tools);
      const runs = begun.runs.map(({ run }) => run);
      await send(engine, { of: { kind }, runs, segments: [begun.segment], status: "succeeded" });
      return reply(begun);
    }
    case "step": {
      const request = input as StepRequest;
      const { work } = request;
      const result = await performStep(target, request, tools);
      await send(request.engine, {
        of: { kind, step: work.step },
        runs: work.runs,
        segments: result.segments,
        status: result.status === "failed" ? "failed" : "succeeded",
      });
      if (result.status !== "failed") return reply(result);
      const { name, message, cellId, line } = result.error;
      const where = cellId === null ? "" : ` in cell ${cellId}${line === null ? "" : `, line ${line}`}`;
      tools.tell(`Step ${work.step} failed${where}: ${name}: ${message}`);
      reply(result);
      return 1;
    }
    case "finish": {
      const { engine, ...request } = input as FinishRequest;
      const finished = await finishRuns(target, request, tools);
      const { segments, ...document } = finished;
      await send(engine, {
        of: { kind },
        runs: document.runs.map(({ run }) => run),
        segments,
        status: document.status,
      });
      for (const { run, params, status, metrics, missing } of document.runs) {
        const rest = missing.length === 0 ? "" : `; without a result: ${missing.join(", ")}`;
        tools.tell(`${run} ${status} ${JSON.stringify(params)} ${JSON.stringify(metrics)}${rest}`);
      }
      reply(document);
      return document.status === "succeeded" ? 0 : 1;
    }
    default:
      throw new UsageError(`Cannot do task ${kind ?? ""}: there are begin, step and finish.`);
  }
}

async function readInput(): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (cause) {
    throw new UsageError("Cannot read the task's request: standard input is no JSON document.", { cause });
  }
}

function reply(document: object): number {
  process.stdout.write(`${JSON.stringify(document)}\n`);
  return 0;
}
