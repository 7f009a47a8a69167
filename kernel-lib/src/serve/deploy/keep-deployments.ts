import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import type { DeploymentChanged } from "../../lineage/events.js";
import { type LineageLog, openLog } from "../../lineage/open-log.js";
import { projectFiles } from "../../lineage/project.js";
import type { Deployment } from "./deployment.js";
import { deploymentUrl } from "./deployment.js";
import type { DeploymentMessage, DeploymentOrder } from "./deployment-messages.js";
import { readDeployments } from "./edit-deployments.js";
import { Leadership } from "./leadership.js";
import { type KeptState, type StateFile, writeStateFile } from "./state-file.js";

/** What a keeper tells while it works. */
export type DeploymentEvent =
  | {
      readonly kind: "serving";
      readonly deployment: string;
      readonly version: string;
      readonly number: number;
      /** Id of the version before; null if it began to answer. */
      readonly previous: string | null;
      readonly url: string;
    }
  | { readonly kind: "stopped"; readonly deployment: string; readonly reason: string }
  /** `retryMs`: it is started again after so many milliseconds; null: it goes on with the version that it has. */
  | {
      readonly kind: "failed";
      readonly deployment: string;
      readonly message: string;
      readonly retryMs: number | null;
    }
  /** The catalog cannot be read. */
  | { readonly kind: "problem"; readonly message: string };

/** The process of a deployment, or what stands in for it. */
export interface DeploymentProcess {
  readonly pid: number | null;
  send(order: DeploymentOrder): void;
  /** Asks it to finish what is under way and to end. */
  end(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface ProcessEars {
  readonly onMessage: (message: DeploymentMessage) => void;
  /** It is gone; what it had to say was said before. */
  readonly onGone: (how: string) => void;
}

export interface KeepOptions {
  /** The project root, absolute. */
  readonly root: string;
  readonly onEvent?: (event: DeploymentEvent) => void;
  /** Told what models print. Default: standard error. */
  readonly onText?: (text: string) => void;
  /** Default: a process of Node. */
  readonly start?: (ears: ProcessEars) => DeploymentProcess;
  readonly log?: Pick<LineageLog, "append" | "commit" | "close">;
  /** How often the catalog is looked at, milliseconds. */
  readonly everyMs?: number;
  /** The first wait after a failure, milliseconds; it doubles up to a minute. */
  readonly backoffMs?: number;
  /** How long one may take to finish what is under way, milliseconds. */
  readonly patienceMs?: number;
}

export interface Keeper {
  /** Stops what it serves, and resolves when all has ended. */
  stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 60_000;
/** One that answered for so long failed for another reason than before. */
const STEADY_MS = 60_000;

/**
 * Keeps a project's deployments up from now on, unless another service does: starts what the catalog names, starts it again
 * after a crash, stops what is stopped or removed there, and notes all that in the log.
 */
export function keepDeployments(options: KeepOptions): Keeper {
  const { root, onEvent = () => {}, everyMs = 1000 } = options;
  const leadership = new Leadership(root);
  const kept = new Map<string, Kept>();
  const ending = new Map<string, Promise<void>>();
  let log = options.log ?? null;
  let lastState = "";
  let lastProblem = "";

  const note = (event: DeploymentChanged): void => {
    log ??= openLog(root);
    log.append(event);
    log.commit().catch((error: unknown) => onEvent({ kind: "problem", message: messageOf(error) }));
  };
  const publish = (): void => {
    const deployments = Object.fromEntries([...kept].map(([name, one]) => [name, one.state]));
    const state: StateFile = { keeper: leadership.mark, deployments };
    const text = JSON.stringify(state);
    if (text === lastState) return;
    lastState = text;
    try {
      writeStateFile(root, state);
    } catch (error) {
      onEvent({ kind: "problem", message: messageOf(error) });
    }
  };
  const tools: KeptTools = { ...options, onEvent, note, publish, start: options.start ?? forkDeployment(options) };

  const stop = (name: string, reason: string): void => {
    const end = kept.get(name)?.stop(reason) ?? Promise.resolve();
    kept.delete(name);
    ending.set(name, end);
    void end.finally(() => ending.delete(name));
  };

  const look = (): void => {
    try {
      if (!existsSync(projectFiles(root).catalog) && kept.size === 0) return;
      const wanted = readDeployments(root).filter(({ stopped }) => !stopped);
      // Nothing to keep up: nobody need be the one who does.
      if (wanted.length === 0 && kept.size === 0) return;
      if (!leadership.holds()) {
        for (const name of kept.keys()) stop(name, "another service keeps it");
        return;
      }
      for (const name of kept.keys()) {
        if (!wanted.some((deployment) => deployment.name === name)) stop(name, "stopped by hand");
      }
      for (const deployment of wanted) {
        const one = kept.get(deployment.name);
        if (one !== undefined) one.change(deployment);
        else if (!ending.has(deployment.name)) kept.set(deployment.name, new Kept(deployment, tools));
      }
      publish();
      lastProblem = "";
    } catch (error) {
      // Told once, not every second; what is served goes on until the file is mended.
      const message = messageOf(error);
      if (message !== lastProblem) onEvent({ kind: "problem", message });
      lastProblem = message;
    }
  };
  look();
  const timer = setInterval(look, everyMs);

  return {
    async stop() {
      clearInterval(timer);
      for (const name of kept.keys()) stop(name, "the service stopped");
      await Promise.all(ending.values());
      leadership.release();
      if (options.log === undefined) await log?.close();
    },
  };
}

type KeptTools = KeepOptions & {
  readonly start: (ears: ProcessEars) => DeploymentProcess;
  readonly onEvent: (event: DeploymentEvent) => void;
  readonly note: (event: DeploymentChanged) => void;
  readonly publish: () => void;
};

/** One deployment and its process, or the wait for the next one. */
class Kept {
  readonly #tools: KeptTools;
  #deployment: Deployment;
  #state: KeptState;
  #process: DeploymentProcess | null = null;
  #gone: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #lastWord: string | null = null;
  #isStopping = false;

  constructor(deployment: Deployment, tools: KeptTools) {
    this.#tools = tools;
    this.#deployment = deployment;
    this.#state = this.#enter("starting");
    this.#start();
  }

  get state(): KeptState {
    return this.#state;
  }

  change(deployment: Deployment): void {
    const before = this.#deployment;
    if (JSON.stringify(before) === JSON.stringify(deployment)) return;
    this.#deployment = deployment;
    const { model, port, tokenSha256, startedAt } = before;
    const isSameProcess =
      deployment.model === model &&
      deployment.port === port &&
      deployment.tokenSha256 === tokenSha256 &&
      deployment.startedAt === startedAt;
    if (isSameProcess && this.#process !== null) this.#process.send({ root: this.#tools.root, deployment });
    else void this.#startAgain();
  }

  async stop(reason: string): Promise<void> {
    this.#isStopping = true;
    this.#callOff();
    const { version } = this.#state;
    await this.#end();
    this.#note("stopped", version, { reason });
    this.#tools.onEvent({ kind: "stopped", deployment: this.#deployment.name, reason });
  }

  async #startAgain(): Promise<void> {
    this.#callOff();
    this.#failures = 0;
    this.#set(this.#enter("starting"));
    await this.#end();
    if (!this.#isStopping && this.#process === null) this.#start();
  }

  #start(): void {
    this.#timer = null;
    this.#lastWord = null;
    const born = Date.now();
    let tellGone = (): void => {};
    this.#gone = new Promise((resolve) => {
      tellGone = resolve;
    });
    const own: DeploymentProcess = this.#tools.start({
      onMessage: (message) => {
        if (this.#process === own) this.#hear(message);
      },
      onGone: (how) => {
        tellGone();
        if (this.#process !== own) return;
        this.#process = null;
        this.#lost(this.#lastWord ?? `its process ended (${how})`, Date.now() - born);
      },
    });
    this.#process = own;
    own.send({ root: this.#tools.root, deployment: this.#deployment });
  }

  #hear(message: DeploymentMessage): void {
    const { name } = this.#deployment;
    if (message.kind === "failed") {
      this.#lastWord = message.message;
    } else if (message.kind === "serving") {
      const { version, number, previous, alias } = message;
      const url = deploymentUrl(this.#deployment);
      const pid = this.#process?.pid ?? null;
      this.#set({ ...this.#enter("serving"), version, number, pid });
      this.#note(previous === null ? "started" : "switched", version, { previous, alias });
      this.#tools.onEvent({ kind: "serving", deployment: name, version, number, previous, url });
    } else {
      this.#set({ ...this.#state, error: message.message });
      if (message.message === null) return;
      this.#note("failed", message.version, { reason: message.message });
      this.#tools.onEvent({ kind: "failed", deployment: name, message: message.message, retryMs: null });
    }
  }

  /** Its process ended by itself. */
  #lost(message: string, livedMs: number): void {
    if (this.#isStopping) return;
    const { backoffMs = 1000 } = this.#tools;
    const { version } = this.#state;
    if (livedMs > STEADY_MS) this.#failures = 0;
    const retryMs = Math.min(LONGEST_WAIT_MS, backoffMs * 2 ** this.#failures);
    this.#failures += 1;
    // The same again, try after try, is noted once.
    if (this.#state.error !== message) this.#note("failed", version, { reason: message });
    this.#set({ ...this.#enter("failed"), error: message });
    this.#tools.onEvent({ kind: "failed", deployment: this.#deployment.name, message, retryMs });
    this.#timer = setTimeout(() => this.#start(), retryMs);
  }

  async #end(): Promise<void> {
    const own = this.#process;
    this.#process = null;
    if (own === null) return this.#gone;
    own.end();
    const timer = setTimeout(() => own.kill(), this.#tools.patienceMs ?? 40_000);
    await this.#gone;
    clearTimeout(timer);
  }

  #callOff(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #enter(status: KeptState["status"]): KeptState {
    const { startedAt } = this.#deployment;
    return { status, startedAt, version: null, number: null, since: new Date().toISOString(), error: null, pid: null };
  }

  #set(state: KeptState): void {
    this.#state = state;
    this.#tools.publish();
  }

  #note(
    change: DeploymentChanged["change"],
    version: string | null,
    more: Partial<Pick<DeploymentChanged, "previous" | "alias" | "reason">>,
  ): void {
    const { name, model, follows } = this.#deployment;
    this.#tools.note({
      ...{ kind: "deployment.changed", deployment: name, change, model, version },
      ...{ previous: null, alias: follows, url: deploymentUrl(this.#deployment), at: new Date().toISOString() },
      ...{ reason: null, ...more },
    });
  }
}

function forkDeployment({ onText = (text) => process.stderr.write(text) }: KeepOptions): KeptTools["start"] {
  return ({ onMessage, onGone }) => {
    const child = fork(new URL("./deployment-process.js", import.meta.url), {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText);
    child.on("message", (message) => onMessage(message as DeploymentMessage)); // deployment-process.ts is at the other end
    let isGone = false;
    const gone = (how: string): void => {
      if (isGone) return;
      isGone = true;
      onGone(how);
    };
    child.once("error", (error) => gone(error.message));
    child.once("close", (code, signal) => gone(signal === null ? `exit code ${code}` : signal));
    return {
      pid: child.pid ?? null,
      send: (order) => {
        if (child.connected) child.send(order, () => {});
      },
      end: () => void child.kill("SIGTERM"),
      kill: () => void child.kill("SIGKILL"),
    };
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
