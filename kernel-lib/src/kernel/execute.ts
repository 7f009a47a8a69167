import { displaysSettled, toResult } from "../display/index.js";
import { maskKnown, maskKnownIn } from "../lineage/known-secrets.js";
import type { SessionLog } from "../lineage/session-log.js";
import { boundData, StreamLimit } from "./bound-output.js";
import type { CellExecutor } from "./cell-executor.js";
import type { CellFailure } from "./cell-failure.js";
import type { CellOutput } from "./cell-output.js";
import type { Exchange } from "./exchange.js";
import type { History } from "./history.js";
import type { InputDesk } from "./input-desk.js";
import { helpPage } from "./language.js";
import type { ExecuteMetadata, ExecuteRequest } from "./requests.js";
import type { IdleHashes } from "./vouch/idle-hashes.js";

/** What execution needs of the kernel. */
export interface ExecuteContext {
  readonly executor: CellExecutor;
  readonly history: History;
  readonly inputs: InputDesk;
  readonly log: SessionLog;
  readonly hashes: IdleHashes;
  /** Sets the cells aside that wait behind a failed one. */
  readonly dropWaiting: () => Promise<void>;
}

/** Answers execute requests and counts them. */
export class Execute {
  #count = 0;

  /** Runs one cell and answers. */
  async handle(
    exchange: Exchange,
    { executor, history, inputs, log, hashes, dropWaiting }: ExecuteContext,
  ): Promise<void> {
    const {
      code,
      silent = false,
      store_history = !silent,
      user_expressions = {},
      stop_on_error = true,
      allow_stdin = true,
    } = exchange.content<ExecuteRequest>();
    const { cellId = null, tags = [] } = exchange.metadata<ExecuteMetadata>();
    const stored = store_history && !silent;
    if (stored) this.#count += 1;
    const count = this.#count;
    if (stored) history.add(count, code);
    if (!silent) exchange.publish("execute_input", { code, execution_count: count });
    const page = helpPage(code, executor);
    if (page !== null) {
      const payload = silent ? [] : [{ source: "page", data: page, start: 0 }];
      exchange.reply({ status: "ok", execution_count: count, user_expressions: {}, payload });
      return;
    }
    const output: CellOutput = {
      ...outputTo(exchange, silent),
      ask: (prompt, password) => inputs.ask(exchange, allow_stdin, prompt, password),
      fail: (error) => executor.fail(error),
      publish: (...message) => exchange.publish(...message),
    };
    const { value, failure, trace } = await executor.execute({ code, cellId, tags, label: `cell [${count}]`, output });
    if (failure !== null) {
      if (!silent) exchange.publish("error", errorContent(failure));
    } else if (!silent && value !== undefined) {
      const shown = await toResult(value[0]);
      if (shown !== null) {
        const data = maskKnownIn(boundData(shown.data));
        exchange.publish("execute_result", { ...shown, data, execution_count: count });
        const text = data["text/plain"];
        if (stored && typeof text === "string") history.setOutput(count, text);
      }
    }
    await displaysSettled();
    if (trace !== null && !silent) {
      hashes.cellFinished(count, trace);
      const note = await log.cellFinished(count, trace);
      if (note !== null) exchange.stream("stderr", `${note}\n`);
    }
    if (failure !== null) {
      // Before the reply: a client may well send the next cell as soon as it has that.
      if (stop_on_error) await dropWaiting();
      exchange.reply({
        status: "error",
        ...errorContent(failure),
        execution_count: count,
        user_expressions: {},
        payload: [],
      });
      return;
    }
    exchange.reply({
      status: "ok",
      execution_count: count,
      user_expressions: await evaluateAll(executor, user_expressions),
      payload: [],
    });
  }

  /** The answer to a request that is dropped because one before it failed. */
  abort(exchange: Exchange): void {
    exchange.reply({ status: "aborted", execution_count: this.#count }, { status: "aborted" });
  }
}

function outputTo(exchange: Exchange, silent: boolean): CellOutput {
  if (silent) return { stream: () => {}, display: () => {} };
  const limit = new StreamLimit();
  return {
    stream: (name, text) => {
      const shown = limit.take(maskKnown(text));
      if (shown !== "") exchange.stream(name, shown);
    },
    display: ({ data, metadata, id, update }) =>
      exchange.publish(update ? "update_display_data" : "display_data", {
        data: maskKnownIn(boundData(data)),
        metadata,
        transient: id === undefined ? {} : { display_id: id },
      }),
    clear: (wait) => exchange.publish("clear_output", { wait }),
  };
}

function errorContent({ ename, evalue, traceback }: CellFailure): {
  ename: string;
  evalue: string;
  traceback: readonly string[];
} {
  return maskKnownIn({ ename, evalue, traceback });
}

async function evaluateAll(
  executor: CellExecutor,
  expressions: Readonly<Record<string, string>>,
): Promise<Record<string, object>> {
  const results: Record<string, object> = {};
  for (const [name, expression] of Object.entries(expressions)) {
    const result = await executor.evaluate(expression);
    results[name] =
      "data" in result ? { status: "ok", ...maskKnownIn(result) } : { status: "error", ...errorContent(result) };
  }
  return results;
}
