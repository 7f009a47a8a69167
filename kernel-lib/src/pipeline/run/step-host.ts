import { Coordinator } from "./ask-coordinator.js";
import type { StepMessage, StepTask } from "./step-protocol.js";
import { StepRun } from "./step-run.js";
import { setStepSession } from "./step-session.js";

/**
 * The main module of a step's process: takes one task, performs it, tells how it went, and ends. It never outlives the
 * coordinator: when the channel closes it ends itself, and for the case that its loop is busy then, somebody watches (see step-guard.ts).
 */
let settled = false;

process.once("message", (task: StepTask) => void main(task));
process.on("disconnect", () => process.exit(1));
// Ctrl-C reaches the whole group of processes; the coordinator decides what becomes of this one.
process.on("SIGINT", () => {});

async function main(task: StepTask): Promise<void> {
  if (process.platform === "win32") {
    const { watchParent } = await import("./watch-parent.js");
    watchParent(Number(process.argv[2]));
  }
  const coordinator = new Coordinator(tell);
  const step = new StepRun(task, tell, (draft) => coordinator.register(draft));
  setStepSession(step);
  const fail = async (reason: unknown): Promise<void> => {
    if (!settled) end(await step.failed(reason));
  };
  process.on("uncaughtException", (error) => void fail(error));
  process.on("unhandledRejection", (reason) => void fail(reason));
  process.on("beforeExit", () => {
    void fail(
      new Error("Cannot finish the step: it awaits something that never happens, and nothing else is left to do"),
    );
  });
  // An open channel would keep alive a step that awaits what never happens.
  process.channel?.unref();
  try {
    end({ kind: "done", result: await step.perform() });
  } catch (error) {
    await fail(error);
  }
}

function tell(message: StepMessage): void {
  if (!settled) process.send?.(message);
}

function end(message: StepMessage): void {
  if (settled) return;
  settled = true;
  process.channel?.ref();
  process.send?.(message, () => process.exit(0));
}
