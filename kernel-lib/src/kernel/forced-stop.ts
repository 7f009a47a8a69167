import { Interrupted } from "./stops.js";

/**
 * Lets the wire's thread ask, by the inspector, in the middle of whatever code blocks this thread: "may you be stopped by force?"
 * (`MainThreadBreaker` asks.) The answer is yes only if code is running indeed: a stop would else hit the next
 * innocent callback.
 */
export function offerForcedStop(): void {
  Object.defineProperty(globalThis, Symbol.for("tagline.prepareStop"), { value: prepareStop, configurable: true });
}

/** Frames of the question itself: this function, and the expression that calls it. */
const OWN_FRAMES = 2;

function prepareStop(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 10;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  if (stack.split("\n").filter((line) => /^\s+at /.test(line)).length <= OWN_FRAMES) return false;
  unwind();
  return true;
}

/**
 * Node keeps a stack of async contexts, which a forced stop would leave half full, and ends the process when it notices.
 * Its own handling of uncaught errors empties that stack.
 */
function unwind(): void {
  // Not in Node's types: what its C++ side calls when an error was not caught.
  const { _fatalException: handle } = process as unknown as {
    _fatalException?: (error: unknown, fromPromise: boolean) => void;
  };
  handle?.call(process, new Interrupted(), false);
}
