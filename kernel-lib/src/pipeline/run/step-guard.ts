import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Reads lists of process groups, the last of which counts; when whoever wrote them is gone, ends those, and removes the folder that it was
 * started with.
 */
const SCRIPT = `trap '' HUP INT QUIT TERM
pids=
while read -r line; do pids=$line; done
[ -z "$pids" ] || kill -s KILL -- $pids
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }`;

/**
 * Ends the steps' processes when this one dies, be it by SIGKILL, and although a step may be in a loop in which it notices nothing. A shell
 * does it, which is told who they are: a thread in each step's process would take as long to start as a third of Node.
 */
class StepGuard {
  readonly #pids = new Set<number>();
  #shell: ChildProcess | null = null;
  #folder: string | null = null;

  /** Where steps have their private folders; it goes with this process. */
  get folder(): string {
    // Real, so that paths that cells report begin with it.
    const temporary = realpathSync(tmpdir());
    if (process.platform === "win32") return temporary;
    if (this.#folder === null) {
      this.#folder = mkdtempSync(join(temporary, "tagline-steps-"));
      this.#shell = start(this.#folder);
    }
    // A service lives longer than some systems leave a temporary folder alone.
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return this.#folder;
  }

  /** Without a shell, on Windows, a step's process looks itself: see step-host.ts. */
  watch(pid: number): void {
    this.#pids.add(pid);
    this.#tell();
  }

  /** The process has ended: its id may be another's soon. */
  forget(pid: number): void {
    if (this.#pids.delete(pid)) this.#tell();
  }

  #tell(): void {
    // Below zero they name the groups that those processes lead.
    this.#shell?.stdin?.write(`${[...this.#pids].map((pid) => -pid).join(" ")}\n`);
  }
}

function start(folder: string): ChildProcess {
  // A session of its own: what a terminal sends to all of its processes does not end it.
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "sh", folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  shell.unref();
  // A pipe is a socket, which can be let go of; the type knows a stream.
  if (shell.stdin !== null && "unref" in shell.stdin && typeof shell.stdin.unref === "function") shell.stdin.unref();
  return shell;
}

/** One for all runs of this process. */
export const stepGuard = new StepGuard();
