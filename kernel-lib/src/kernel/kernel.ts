import type { SessionLog } from "../lineage/session-log.js";
import type { BreakPermit } from "./break-permit.js";
import { serverLog } from "./capture-output.js";
import type { CellExecutor } from "./cell-executor.js";
import { Exchange } from "./exchange.js";
import { Execute } from "./execute.js";
import { History } from "./history.js";
import { kernelInfo } from "./kernel-info.js";
import { answerComplete, answerInspect, answerIsComplete } from "./language.js";
import type { CommMessage, HistoryRequest } from "./requests.js";
import type { Incoming } from "./wire/message.js";
import type { Wire } from "./wire/wire.js";

export interface KernelOptions {
  readonly wire: Wire;
  /** Resolves once the compiler is there; requests wait for it. */
  readonly executor: () => Promise<CellExecutor>;
  readonly log: SessionLog;
  readonly permit: BreakPermit;
  readonly shutdown: () => Promise<void>;
}

/** Answers the requests of the front ends: those of the shell channel one after the other, those of control at once. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #execute = new Execute();
  readonly #history = new History();
  readonly #comms = new Map<string, { target_name: string }>();
  readonly #waiting: Exchange[] = [];
  /** Cells that will not run, because one before them failed. */
  readonly #dropped: Exchange[] = [];
  #working = false;

  constructor(options: KernelOptions) {
    this.#options = options;
  }

  /** Takes a message from the wire. */
  take(message: Incoming): void {
    const exchange = new Exchange(message, this.#options.wire);
    if (message.channel === "control") {
      void this.#answer(exchange);
      return;
    }
    this.#waiting.push(exchange);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    this.#options.permit.forbid();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#answer(next);
      for (const dropped of this.#dropped.splice(0)) this.#abort(dropped);
    }
    this.#options.permit.allow();
    this.#working = false;
  }

  async #answer(exchange: Exchange): Promise<void> {
    exchange.status("busy");
    try {
      await this.#dispatch(exchange);
    } catch (error) {
      // A mistake of ours, or a request that is not of the protocol.
      serverLog(`Cannot answer ${exchange.header.msg_type}: ${error instanceof Error ? error.stack : String(error)}`);
      exchange.reply({ status: "error", ename: "KernelError", evalue: String(error), traceback: [] });
    } finally {
      exchange.status("idle");
    }
  }

  async #dispatch(exchange: Exchange): Promise<void> {
    const { executor, log, shutdown } = this.#options;
    switch (exchange.header.msg_type) {
      case "kernel_info_request":
        exchange.reply(kernelInfo);
        return;
      case "execute_request":
        await this.#execute.handle(exchange, {
          executor: await executor(),
          history: this.#history,
          log,
          dropWaiting: () => this.#dropWaiting(),
        });
        return;
      case "complete_request":
        answerComplete(exchange, await executor());
        return;
      case "inspect_request":
        answerInspect(exchange, await executor());
        return;
      case "is_complete_request":
        answerIsComplete(exchange, await executor());
        return;
      case "history_request":
        exchange.reply({ status: "ok", history: this.#history.query(exchange.content<HistoryRequest>()) });
        return;
      case "comm_info_request":
        exchange.reply({ status: "ok", comms: this.#commsOf(exchange.content<Partial<CommMessage>>().target_name) });
        return;
      case "comm_open": {
        const { comm_id, target_name = "" } = exchange.content<CommMessage>();
        this.#comms.set(comm_id, { target_name });
        return;
      }
      case "comm_close":
        this.#comms.delete(exchange.content<CommMessage>().comm_id);
        return;
      case "comm_msg":
        return;
      case "interrupt_request":
        // The wire's own news of it came first and did the work.
        exchange.reply({ status: "ok" });
        return;
      case "shutdown_request":
        exchange.reply({ status: "ok", ...exchange.content<{ restart?: boolean }>() });
        exchange.publish("shutdown_reply", { status: "ok", ...exchange.content<{ restart?: boolean }>() });
        setImmediate(() => void shutdown());
        return;
      default:
        serverLog(`Cannot answer ${exchange.header.msg_type}: the kernel does not know this request`);
        return;
    }
  }

  #commsOf(target: string | undefined): Record<string, { target_name: string }> {
    return Object.fromEntries(
      [...this.#comms].filter(([, { target_name }]) => target === undefined || target === target_name),
    );
  }

  /** Sets aside the cells that were sent before a failure was known; other requests keep their turn. */
  async #dropWaiting(): Promise<void> {
    await this.#options.wire.settled();
    for (const exchange of this.#waiting.splice(0)) {
      (exchange.header.msg_type === "execute_request" ? this.#dropped : this.#waiting).push(exchange);
    }
  }

  #abort(exchange: Exchange): void {
    exchange.status("busy");
    this.#execute.abort(exchange);
    exchange.status("idle");
  }
}
