import { type BackendChoice, type BackendName, chooseBackend, type TrainingWork } from "./choose-backend.js";
import { hasNativeBackend, loadBackend } from "./load-backend.js";
import type { TfjsCore, TfjsEngine } from "./tfjs-core.js";

/** What `TAGLINE_TFJS_BACKEND` may say, and tfjs's own names for it. */
const SETTINGS: Readonly<Record<string, BackendName>> = {
  cpu: "cpu",
  wasm: "wasm",
  "tfjs-node": "tensorflow",
  tensorflow: "tensorflow",
};

/** Gives each training the backend that fits it, and the process's own back when it ended. */
export class BackendKeeper {
  readonly #core: TfjsCore;
  readonly #engine: TfjsEngine;
  readonly #ready = new Map<BackendName, boolean>();
  readonly #told = new Set<string>();
  /** The person called `tf.setBackend`, or imported tfjs-node: it is as they say. */
  #isChosenByPerson = false;
  #isOurs = false;
  #trainings = 0;

  constructor(core: TfjsCore) {
    this.#core = core;
    this.#engine = core.engine();
    const set = this.#engine.setBackend;
    this.#engine.setBackend = (name) => {
      if (!this.#isOurs) this.#isChosenByPerson = true;
      return set.call(this.#engine, name);
    };
    this.#leaveFirstChoice();
  }

  /** At its first computation tfjs picks a backend itself, by the same method: that is nobody's choice. */
  #leaveFirstChoice(): void {
    const prototype: unknown = Object.getPrototypeOf(this.#engine);
    const get = Reflect.getOwnPropertyDescriptor(Object(prototype), "backend")?.get;
    if (get === undefined) throw new TypeError("Cannot watch the engine of tfjs: it has no backend");
    const pick = (): unknown => this.#asOurs(() => get.call(this.#engine));
    Object.defineProperty(this.#engine, "backend", { configurable: true, get: pick });
  }

  #asOurs<T>(body: () => T): T {
    const before = this.#isOurs;
    this.#isOurs = true;
    try {
      return body();
    } finally {
      this.#isOurs = before;
    }
  }

  /** Runs a training. A backend that cannot be had is told of on standard error, once. */
  async during<T>(work: () => TrainingWork, train: () => Promise<T>): Promise<T> {
    // Trainings at the same time share the first one's: the engine has one backend.
    if (this.#isChosenByPerson || this.#trainings > 0) return this.#count(train);
    const before = this.#core.getBackend();
    const wanted = this.#wanted(work);
    if (wanted === null || wanted === before || !(await this.#use(wanted, before))) return this.#count(train);
    try {
      return await this.#count(train);
    } finally {
      if (!this.#isChosenByPerson) await this.#set(before);
    }
  }

  async #count<T>(train: () => Promise<T>): Promise<T> {
    this.#trainings += 1;
    try {
      return await train();
    } finally {
      this.#trainings -= 1;
    }
  }

  #wanted(work: () => TrainingWork): BackendName | null {
    const setting = process.env["TAGLINE_TFJS_BACKEND"] || "auto";
    if (setting !== "auto") {
      const named = SETTINGS[setting];
      if (named === undefined)
        this.#tell(
          `TAGLINE_TFJS_BACKEND is ${setting}: it can be auto, ${Object.keys(SETTINGS).join(", ")}. Trainings stay as they are.`,
        );
      return named ?? null;
    }
    const asked = work();
    const choice: BackendChoice = chooseBackend(asked, hasNativeBackend());
    if (choice.backend === "cpu" && asked.flops >= SLOW_FLOPS)
      this.#tell(
        `This training runs in plain JavaScript, because ${choice.because}. Quicker: npx tagline setup tfjs-node`,
      );
    return choice.backend;
  }

  /** Makes a backend the current one, after it gave a right answer the first time. */
  async #use(name: BackendName, before: string): Promise<boolean> {
    if (this.#ready.get(name) === false) return false;
    try {
      if (!this.#ready.has(name)) this.#load(name);
      const isSet = await this.#set(name);
      if (!isSet) throw new Error("it does not start");
      if (!this.#ready.has(name)) this.#probe();
      this.#ready.set(name, true);
      return true;
    } catch (error) {
      this.#ready.set(name, false);
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell(`Trainings run on the backend ${before}: ${name} cannot be used: ${reason.split("\n")[0]}`);
      await this.#set(before);
      return false;
    }
  }

  #load(name: BackendName): void {
    // tfjs picks its own backend at the first computation; a newly registered one must not be it.
    void this.#engine.backend;
    this.#asOurs(() => loadBackend(name));
  }

  #probe(): void {
    const product = this.#core.matMul(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    );
    const answer = Array.from(product.dataSync()).join(" ");
    product.dispose();
    if (answer !== "19 22 43 50") throw new Error(`it computes ${answer} instead of 19 22 43 50`);
  }

  #set(name: string): Promise<boolean> {
    return this.#asOurs(() => this.#engine.setBackend(name));
  }

  #tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    process.stderr.write(`${line}\n`);
  }
}

/** More than ten seconds' work in plain JavaScript. */
const SLOW_FLOPS = 2e9;
