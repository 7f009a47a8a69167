import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { VersionDraft } from "../../registry/version-draft.js";
import { OrderedOutput } from "./ordered-output.js";
import { stepGuard } from "./step-guard.js";
import { type DraftReply, readMarkers, type StepMessage, type StepTask } from "./step-protocol.js";
import { watchMemory } from "./watch-memory.js";

/** What a step's process tells while it works. */
export interface StepListener {
  readonly onMessage: (message: StepMessage) => void;
  /** Registers a draft; never rejects. */
  readonly onDraft: (id: number, draft: VersionDraft) => Promise<DraftReply>;
  readonly onLine: (stream: "stdout" | "stderr", text: string, cellId: string | null) => void;
}

/** What is told of one of its streams. */
interface LineListener {
  readonly onLine: (text: string, cellId: string | null) => void;
  readonly onCell?: (cellId: string) => void;
  readonly onDisplay?: (mark: number) => void;
}

/** How a step's process ended: with its last word, or without one. */
export type StepEnd =
  | { readonly kind: "told"; readonly message: Extract<StepMessage, { kind: "done" | "failed" }> }
  | { readonly kind: "died"; readonly sentence: string; readonly cellId: string | null }
  | { readonly kind: "cancelled" };

/** How long to read on from the pipes of a process that ended. */
const LEFT_BEHIND_MS = 500;

const hostPath = fileURLToPath(new URL("./step-host.js", import.meta.url));

/** A process for one step: started ahead of its task, so that Node's start-up can overlap with other work. */
export class StepProcess {
  readonly #child: ChildProcess;
  readonly #temporary: string;
  readonly #exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  /**
   * @param workFolder the step's working folder, where relative paths of its cells begin
   * @param host its main module
   */
  constructor(workFolder: string, host: string = hostPath) {
    this.#temporary = mkdtempSync(join(stepGuard.folder, "tagline-step-"));
    this.#child = fork(host, [String(process.pid)], {
      cwd: workFolder,
      env: {
        ...process.env,
        TMPDIR: this.#temporary,
        TMP: this.#temporary,
        TEMP: this.#temporary,
        // Read by the run, which tells its steps: a value that came by here would be no part of a step's key.
        TAGLINE_PARAMS: "",
      },
      // The coordinator's own flags (a debugger's port, a test runner's loader) are not the step's.
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "advanced",
      // A group of its own, so that what it starts ends with it; and a terminal's Ctrl-C comes to us alone.
      detached: process.platform !== "win32",
    });
    const { pid } = this.#child;
    if (pid !== undefined) {
      stepGuard.watch(pid);
      this.#child.once("exit", () => {
        this.#kill();
        stepGuard.forget(pid);
      });
    }
    this.#exited = new Promise((resolve) => {
      this.#child.once("error", () => resolve({ code: null, signal: null }));
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
      // A process that the step started and left behind may hold the pipes open for ever.
      this.#child.once("exit", (code, signal) => {
        setTimeout(() => {
          this.#child.stdout?.destroy();
          this.#child.stderr?.destroy();
          resolve({ code, signal });
        }, LEFT_BEHIND_MS).unref();
      });
    });
  }

  /** The step's private folder for temporary files. */
  get temporary(): string {
    return this.#temporary;
  }

  /** Performs one task; the process ends with it. Never rejects. */
  async perform(
    task: StepTask,
    listener: StepListener,
    limits: {
      readonly signal: AbortSignal;
      readonly timeoutMs: number | null;
      /** Resident set of the process. */
      readonly memoryBytes: number | null;
    },
  ): Promise<StepEnd> {
    let lastWord: Extract<StepMessage, { kind: "done" | "failed" }> | null = null;
    let cellId: string | null = null;
    let outOfMemory = false;
    let timedOut = false;
    const output = new OrderedOutput<StepMessage>(listener.onMessage);
    const kill = (): void => this.#kill();
    const timer =
      limits.timeoutMs === null
        ? null
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, limits.timeoutMs);
    let tooLarge: number | null = null;
    const stopWatching = watchMemory(this.#child.pid, limits.memoryBytes, (bytes) => {
      tooLarge ??= bytes;
      kill();
    });
    limits.signal.addEventListener("abort", kill, { once: true });
    this.#child.on("message", (message) => {
      // Our own step-host is at the other end.
      const told = message as StepMessage;
      if (told.kind === "done" || told.kind === "failed") lastWord = told;
      else if (told.kind === "draft") {
        void listener.onDraft(told.id, told.draft).then((reply) => {
          // A step that ended meanwhile needs no answer.
          if (this.#child.connected) this.#child.send(reply, () => {});
        });
      } else if ("mark" in told) output.message(told.mark, told);
      else listener.onMessage(told);
    });
    this.#readLines(this.#child.stdout, {
      onLine: (text, cell) => output.line(() => listener.onLine("stdout", text, cell)),
      onDisplay: (mark) => output.mark(mark),
    });
    this.#readLines(this.#child.stderr, {
      onLine: (text, cell) => {
        if (text.includes("JavaScript heap out of memory")) outOfMemory = true;
        listener.onLine("stderr", text, cell);
      },
      onCell: (cell) => (cellId = cell),
    });
    if (limits.signal.aborted) kill();
    else this.#child.send(task, () => {});
    const { code, signal } = await this.#exited;
    output.end();
    if (timer !== null) clearTimeout(timer);
    stopWatching();
    limits.signal.removeEventListener("abort", kill);
    this.#clean();
    if (limits.signal.aborted) return { kind: "cancelled" };
    if (timedOut) {
      const seconds = (limits.timeoutMs ?? 0) / 1000;
      return { kind: "died", sentence: `Cannot finish the step: its time limit of ${seconds} s is over`, cellId };
    }
    if (tooLarge !== null) {
      const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
      const sentence = `Cannot finish the step: its memory limit of ${megabytes(limits.memoryBytes ?? 0)} MB is over (it held ${megabytes(tooLarge)} MB)`;
      return { kind: "died", sentence, cellId };
    }
    if (lastWord !== null) return { kind: "told", message: lastWord };
    return { kind: "died", sentence: sentenceOfDeath(code, signal, outOfMemory), cellId };
  }

  /** Ends a process that got no task. */
  dismiss(): void {
    this.#kill();
    void this.#exited.then(() => this.#clean());
  }

  /** Ends the process with all that it started and left in its group. */
  #kill(): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined && process.platform !== "win32") process.kill(-pid, "SIGKILL");
      else this.#child.kill("SIGKILL");
    } catch {
      // None of them is there any more.
    }
  }

  #readLines(stream: Readable | null, listener: LineListener): void {
    if (stream === null) return;
    let cellId: string | null = null;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      const { text, cell, display } = readMarkers(line);
      if (text !== null) listener.onLine(text, cellId);
      if (display !== undefined) listener.onDisplay?.(display);
      if (cell === undefined) return;
      cellId = cell;
      listener.onCell?.(cell);
    });
  }

  #clean(): void {
    rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 2 });
  }
}

function sentenceOfDeath(code: number | null, signal: NodeJS.Signals | null, outOfMemory: boolean): string {
  if (outOfMemory) {
    return "Cannot finish the step: it needs more memory than Node allows. Give it more with NODE_OPTIONS=--max-old-space-size=MEGABYTES";
  }
  if (signal === "SIGKILL") {
    return "Cannot finish the step: its process was killed (SIGKILL). The machine may have run out of memory";
  }
  if (signal !== null) return `Cannot finish the step: its process was ended by ${signal}`;
  return `Cannot finish the step: its process ended with exit code ${code ?? "unknown"} before the step returned. Does a cell call process.exit()?`;
}
