import type { TableLike } from "../data/rows.js";
import { currentRecorder, untracked } from "../track/cell-context.js";
import { currentSession } from "../track/session-port.js";
import { checkModelOptions } from "./check-model-options.js";
import { currentModelHost, type ModelCall, type ModelSite } from "./model-host.js";
import { checkModelName } from "./model-name.js";
import { PendingModel, type RegisteredModel } from "./registered-model.js";
import { UNSEEN } from "./unseen.js";

export interface ModelOptions<Input, Output> {
  /**
   * Says something of one row, whose columns have the source's own names. Its code travels with all that it uses: functions and
   * classes as they are written, values as they are when `model()` is called.
   */
  readonly predict: (row: Input) => Output | Promise<Output>;
  /** The rows that the model learned from: what is kept of them is how each column is distributed, to tell drift later. */
  readonly reference?: readonly NoInfer<Input extends readonly (infer One)[] ? One : Input>[] | TableLike;
  /** The column of `reference` that is predicted. */
  readonly target?: string;
  /** Numbers that the model is judged by. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/**
 * Registers a model: an immutable version that can be served, with its code, captured values, types and reference. Equal
 * content is the same version. The cell ends when the version is safely there.
 *
 * @param site put there by the compiler
 * @throws {TypeError | RangeError} if the name or an option is wrong
 */
export function model<Input, Output>(
  name: string,
  options: ModelOptions<Input, Output>,
  site?: ModelSite,
): PendingModel {
  // Its stack leads a later failure to the call.
  const where = new Error();
  const checked = checkModelOptions(name, options);
  const recorder = currentRecorder();
  const call: ModelCall = { model: checkModelName(name), ...checked, cellId: recorder?.identity.cellId ?? null };
  // What Tagline reads and writes for it is not the cell's.
  const work = untracked(() => register(call, site, recorder?.identity.sourceHash ?? null));
  const pending = PendingModel.of(
    work.catch((error: unknown) => {
      throw asFailure(error, call.model, where);
    }),
  );
  const ended = pending.unheard();
  // Where no cell waits for it, a failure is the process's, as that of any promise.
  recorder?.wait(ended);
  return pending;
}

async function register(
  call: ModelCall,
  site: ModelSite | undefined,
  sourceHash: string | null,
): Promise<RegisteredModel> {
  const host = currentModelHost();
  const session = currentSession();
  if (host !== null) {
    if (site === undefined) throw new Error(UNSEEN);
    return { name: call.model, ...(await host.register(call, site)) };
  }
  if (session === null) {
    throw new Error("it is called outside a notebook. Call it in a cell, or in a step that tagline run executes");
  }
  // Only a kernel needs the compiler, and has loaded it.
  const { registerFromSession } = await import("./register-from-session.js");
  return { name: call.model, ...(await registerFromSession(session, call, sourceHash ?? "")) };
}

function asFailure(cause: unknown, name: string, where: Error): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  const error = new Error(
    message.startsWith("Cannot register") ? message : `Cannot register model ${name}: ${message}`,
    { cause },
  );
  error.stack = `Error: ${error.message}${(where.stack ?? "").replace(/^Error/, "")}`;
  return error;
}
