import type { DeploymentChanged } from "../../lineage/events.js";
import { type Deployment, deploymentUrl } from "./deployment.js";
import type { DeploymentEvent } from "./deployment-event.js";
import type { DeploymentMessage } from "./deployment-messages.js";
import type { DeploymentProcess, ProcessEars } from "./fork-deployment.js";
import type { KeptState } from "./state-file.js";

export interface KeptTools {
  /** The project root, absolute. */
  readonly root: string;
  readonly start: (ears: ProcessEars) => DeploymentProcess;
  readonly onEvent: (event: DeploymentEvent) => void;
  /** Writes it in the log. */
  readonly note: (event: DeploymentChanged) => void;
  /** The state is another now. */
  readonly publish: () => void;
  /** The first wait after a failure, milliseconds; it doubles up to a minute. */
  readonly backoffMs: number;
  /** How long one may take to finish what is under way, milliseconds. */
  readonly patienceMs: number;
}

const LONGEST_WAIT_MS = 60_000;
/** One that answered for so long failed for another reason than before. */
const STEADY_MS = 60_000;

/** One deployment and its process, or the wait for the next one. */
export class KeptDeployment {
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
    const { version } = this.#state;
    if (livedMs > STEADY_MS) this.#failures = 0;
    const retryMs = Math.min(LONGEST_WAIT_MS, this.#tools.backoffMs * 2 ** this.#failures);
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
    const timer = setTimeout(() => own.kill(), this.#tools.patienceMs);
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
