import { type CommExtras, setCommHost } from "../display/index.js";
import type { SessionLog } from "../lineage/session-log.js";
import type { BreakPermit } from "./break-permit.js";
import { serverLog } from "./capture-output.js";
import type { CellExecutor } from "./cell-executor.js";
import { currentOutput } from "./cell-output.js";
import { CommDesk } from "./comm-desk.js";
import { Exchange } from "./exchange.js";
import { Execute } from "./execute.js";
import { History } from "./history.js";
import { InputDesk } from "./input-desk.js";
import { kernelInfo } from "./kernel-info.js";
import { answerComplete, answerInspect, answerIsComplete } from "./language.js";
import type { CommMessage, HistoryRequest, InputReply } from "./requests.js";
import { Interrupted } from "./stops.js";
import type { IdleHashes } from "./vouch/idle-hashes.js";
import type { Incoming } from "./wire/message.js";
import type { Wire } from "./wire/wire.js";

export interface KernelOptions {
  readonly wire: Wire;
  /** Resolves once the compiler is there; requests wait for it. */
  readonly executor: () => Promise<CellExecutor>;
  readonly log: SessionLog;
  readonly hashes: IdleHashes;
  readonly permit: BreakPermit;
  /** Where inputs of all sessions are kept; null: this session's, in memory. */
  readonly historyFile: string | null;
  readonly shutdown: () => Promise<void>;
}

/** Answers the requests of the front ends: those of the shell channel one after the other, those of control at once. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #execute = new Execute();
  readonly #history: History;
  readonly #inputs = new InputDesk();
  readonly #comms = new CommDesk((...message) => currentOutput()?.publish?.(...message));
  readonly #waiting: Exchange[] = [];
  /** Cells that will not run, because one before them failed. */
  readonly #dropped: Exchange[] = [];
  #working = false;

  constructor(options: KernelOptions) {
    this.#options = options;
    this.#history = new History(options.historyFile);
    setCommHost(this.#comms);
  }

  /** Takes a message from the wire. */
  take(message: Incoming): void {
    const exchange = new Exchange(message, this.#options.wire);
    if (message.channel === "stdin") {
      if (message.header.msg_type === "input_reply") this.#inputs.answered(exchange.content<InputReply>().value ?? "");
      return;
    }
    if (message.channel === "control") {
      void this.#answer(exchange);
      return;
    }
    this.#waiting.push(exchange);
    if (!this.#working) void this.#work();
  }

  /** The running cell was interrupted: it waits for no answer any more. */
  interrupted(): void {
    this.#inputs.drop(new Interrupted());
  }

  async #work(): Promise<void> {
    this.#working = true;
    this.#options.hashes.wake();
    this.#options.permit.forbid();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#answer(next);
      for (const dropped of this.#dropped.splice(0)) this.#abort(dropped);
    }
    this.#options.permit.allow();
    this.#working = false;
    this.#options.hashes.rest();
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
    const { executor, log, hashes, shutdown } = this.#options;
    switch (exchange.header.msg_type) {
      case "kernel_info_request":
        exchange.reply(kernelInfo);
        return;
      case "execute_request":
        await this.#execute.handle(exchange, {
          executor: await executor(),
          history: this.#history,
          inputs: this.#inputs,
          log,
          hashes,
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
        exchange.reply({ status: "ok", comms: this.#comms.info(exchange.content<Partial<CommMessage>>().target_name) });
        return;
      case "comm_open":
        this.#comms.opened(exchange.content<CommMessage>(), extrasOf(exchange), (...message) =>
          exchange.publish(...message),
        );
        return;
      case "comm_close":
        this.#comms.closed(exchange.content<CommMessage>(), extrasOf(exchange));
        return;
      case "comm_msg":
        this.#comms.received(exchange.content<CommMessage>(), extrasOf(exchange));
        return;
      case "interrupt_request":
        // The wire's own news of it came first and did the work.
        exchange.reply({ status: "ok" });
        return;
      case "shutdown_request":
        this.#options.permit.close();
        this.#options.wire.interrupted();
        exchange.reply({ status: "ok", ...exchange.content<{ restart?: boolean }>() });
        exchange.publish("shutdown_reply", { status: "ok", ...exchange.content<{ restart?: boolean }>() });
        setImmediate(() => void shutdown());
        return;
      default:
        serverLog(`Cannot answer ${exchange.header.msg_type}: the kernel does not know this request`);
        return;
    }
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

/** The wire's bytes, as Node's own kind of them. */
function extrasOf(exchange: Exchange): CommExtras {
  const buffers = exchange.request.buffers.map((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return { metadata: exchange.metadata(), buffers };
}
