import vm from "node:vm";
import { tidyPromises } from "../../display/tidy-promises.js";
import type { CellError } from "../../lineage/cell-trace.js";
import { untracked } from "../cell-context.js";
import { installTracking } from "../install-tracking.js";
import { patch } from "../patch.js";
import { wantsTracking } from "../tracking-is-on.js";
import { type TslabKernel, type TslabMessage, tslabKernel } from "./tslab-kernel.js";
import { type CellText, TslabSession } from "./tslab-session.js";
import { type WatchedNames, watchNames } from "./watch-names.js";

/** What the code of a cell came to. */
interface Outcome {
  ran: boolean;
  error: CellError | null;
}

/**
 * Where this process is a stock tslab kernel, tracks its cells from here on: the one that imports Tagline, and all after it.
 * Elsewhere it does nothing. `Math.random` stays tslab's own.
 */
export function attachToTslab(folder: string = process.cwd()): void {
  const kernel = tslabKernel();
  if (kernel === null || !wantsTracking()) return;
  tidyPromises();
  installTracking({ folder, environment: { TAGLINE_SEED: "off" } });
  const names = watchNames(kernel.globals);
  const session = new TslabSession(folder, names.peek);
  const firstEnded = trackFirstCell(kernel, session, names);
  trackLaterCells(kernel, session, firstEnded);
  patch(kernel.server, "close", (close) => {
    return function (this: unknown) {
      // What keeps the process up goes now; the log, which is being written, later.
      close.call(this);
      void session.close();
    };
  });
}

/** The cell that imports Tagline runs already. Its text is known when its end is published. */
function trackFirstCell({ server }: TslabKernel, session: TslabSession, names: WatchedNames): Promise<void> {
  const recorder = session.begin(null);
  recorder.enter();
  return new Promise((done) => {
    patch(server, "publishStatus", (publish) => {
      return function (this: unknown, status: string, message: TslabMessage) {
        if (status === "idle" && message.header.msg_type === "execute_request" && !recorder.finished) {
          recorder.run(() => names.catchUp());
          const ended = session.end(recorder, textOf(message.content, message), { ran: true, error: null });
          void ended.finally(done);
        }
        return publish.call(this, status, message);
      };
    });
  });
}

function trackLaterCells({ server, handler }: TslabKernel, session: TslabSession, firstEnded: Promise<void>): void {
  const messages = new WeakMap<object, TslabMessage>();
  patch(server, "handleExecute", (handle) => {
    return function (this: unknown, socket: unknown, message: TslabMessage) {
      messages.set(message.content, message);
      return handle.call(this, socket, message);
    };
  });
  patch(handler, "handleExecuteImpl", (execute) => {
    return async function (this: unknown, request: TslabMessage["content"], ...rest: unknown[]) {
      await firstEnded;
      const text = textOf(request, messages.get(request));
      const recorder = session.begin(text);
      const outcome: Outcome = { ran: false, error: null };
      const restore = watchCode(outcome);
      try {
        return await recorder.run(async () => {
          const count = await execute.call(this, request, ...rest);
          await recorder.settled().catch((error: unknown) => {
            outcome.error = describe(error);
            console.error(error);
            throw count;
          });
          return count;
        });
      } finally {
        restore();
        await untracked(() => session.end(recorder, text, outcome));
      }
    };
  });
}

/** tslab prints what a cell throws, and forgets it. Until `restore` this looks at the code that it runs. */
function watchCode(outcome: Outcome): () => void {
  const run = vm.runInThisContext;
  const fail = (error: unknown): never => {
    outcome.error = describe(error);
    throw error;
  };
  vm.runInThisContext = ((code: string, options?: vm.RunningCodeOptions): unknown => {
    if (!code.endsWith("(__tslab__.exports, __tslab__.require)")) return run(code, options);
    outcome.ran = true;
    try {
      const result: unknown = run(code, options);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
    // Its overloads differ in their options alone.
  }) as typeof vm.runInThisContext;
  return () => {
    vm.runInThisContext = run;
  };
}

function describe(error: unknown): CellError {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { name, message, line: null, column: null, stack: [] };
}

function textOf(request: TslabMessage["content"], message: TslabMessage | undefined): CellText {
  const id = message?.metadata.cellId;
  return { code: String(request.code ?? ""), cellId: typeof id === "string" ? id : null };
}
