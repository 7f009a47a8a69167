import childProcess, { ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { Readable } from "node:stream";

type Name = "stdout" | "stderr";
type Entry = unknown;

/** Node's own `spawn` of a child process, to which all of its ways to start one come down but the synchronous ones. */
interface Spawner {
  spawn(options: { stdio?: unknown }): unknown;
  stdout: Readable | null;
  stderr: Readable | null;
  stdio: unknown[];
}

const NAMES: readonly Name[] = ["stdout", "stderr"];

/**
 * What a child process would write to the kernel's own output, it inherits, goes below the cell that started it. Once per process.
 * `write` is called in the async context of the cell.
 */
export function captureChildren(write: (name: Name, text: string) => void): void {
  // `spawn` is not in Node's types.
  const prototype = ChildProcess.prototype as unknown as Spawner;
  const { spawn } = prototype;
  prototype.spawn = function (this: Spawner, options) {
    const { stdio, taken } = piped(options.stdio);
    if (taken.length === 0) return spawn.call(this, options);
    const result = spawn.call(this, { ...options, stdio });
    for (const [from, to] of taken) {
      // stdin, stdout, stderr: the pipe is ours, not the person's.
      const pipe = this.stdio[from] as Readable | null;
      pipe?.setEncoding("utf8").on("data", (text: string) => write(to, text));
      this.stdio[from] = null;
      if (from === 1) this.stdout = null;
      if (from === 2) this.stderr = null;
    }
    return result;
  };

  // The overloads of Node's functions come down to these.
  const spawnSync = childProcess.spawnSync as (...args: unknown[]) => SpawnSyncReturns<Buffer | string>;
  childProcess.spawnSync = ((...args: unknown[]) => {
    const { at, stdio, taken } = read(args);
    if (taken.length === 0) return spawnSync(...args);
    const result = spawnSync(...withOptions(args, at, { maxBuffer: SYNC_BYTES, stdio }));
    for (const [from, to] of taken) {
      tell(to, result.output?.[from]);
      if (Array.isArray(result.output)) result.output[from] = null;
    }
    const [, stdout = null, stderr = null] = result.output ?? [];
    return Object.assign(result, { stdout, stderr });
  }) as typeof childProcess.spawnSync;

  for (const name of ["execSync", "execFileSync"] as const) {
    const original = childProcess[name] as (...args: unknown[]) => Buffer | string;
    const replaced = (...args: unknown[]): Buffer | string | null => {
      const { at, stdio, taken } = read(args);
      if (taken.length === 0) return original(...args);
      const out = taken.some(([from]) => from === 1);
      // Without `stdio`, Node itself hands standard error on.
      const options = { maxBuffer: SYNC_BYTES, stdio: taken.some(([from]) => from === 2) ? undefined : stdio };
      try {
        const printed = original(...withOptions(args, at, options));
        if (!out) return printed;
        tell("stdout", printed);
        return null;
      } catch (error) {
        if (out && error instanceof Error && "stdout" in error) tell("stdout", error.stdout);
        throw error;
      }
    };
    Object.assign(childProcess, { [name]: replaced });
  }
  syncBuiltinESMExports();

  function tell(name: Name, found: unknown): void {
    const text = Buffer.isBuffer(found) ? found.toString() : found;
    if (typeof text === "string" && text !== "") write(name, text);
  }
}

/** Where the options stand among the arguments, and what of them would reach the kernel's own output. */
function read(args: readonly unknown[]): { at: number; stdio: Entry[]; taken: [number, Name][] } {
  const at = args.findIndex(
    (arg, index) => index > 0 && typeof arg === "object" && arg !== null && !Array.isArray(arg),
  );
  const options = args[at];
  return { at, ...piped(typeof options === "object" && options !== null ? Reflect.get(options, "stdio") : undefined) };
}

function withOptions(args: readonly unknown[], at: number, options: object): unknown[] {
  return args.map((arg, index) =>
    index === at && typeof arg === "object" ? { ...options, ...arg, ...pick(options) } : arg,
  );
}

/** `stdio` is ours; anything else that the person set counts. */
function pick(options: object): object {
  return { stdio: Reflect.get(options, "stdio") };
}

/** A synchronous child's output comes when it ended; more than this is an error, as Node has it. */
const SYNC_BYTES = 64 * 1024 * 1024;

/** The same stdio with pipes where the child would inherit standard output or error; `taken`: which, and what they were. */
function piped(stdio: unknown): { stdio: Entry[]; taken: [number, Name][] } {
  const entries: Entry[] = Array.isArray(stdio) ? [...stdio] : Array.from({ length: 3 }, () => stdio ?? "pipe");
  const taken: [number, Name][] = [];
  for (const index of [1, 2]) {
    const to = inherits(entries[index], index);
    if (to === null) continue;
    entries[index] = "pipe";
    taken.push([index, to]);
  }
  return { stdio: entries, taken };
}

function inherits(entry: Entry, index: number): Name | null {
  if (entry === "inherit") return NAMES[index - 1] ?? null;
  if (entry === 1 || entry === process.stdout) return "stdout";
  return entry === 2 || entry === process.stderr ? "stderr" : null;
}
