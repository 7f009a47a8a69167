import { StepProcess } from "./step-process.js";

/** Step processes started ahead, so that Node's start-up overlaps with the work of the steps before. */
export class ProcessPool {
  readonly #workFolder: string;
  #spare: StepProcess | null = null;

  constructor(workFolder: string) {
    this.#workFolder = workFolder;
  }

  /** A process for one step; with `another`, the next one is started behind it. */
  take(another: boolean): StepProcess {
    const process = this.#spare ?? new StepProcess(this.#workFolder);
    this.#spare = another ? new StepProcess(this.#workFolder) : null;
    return process;
  }

  /** Ends what was started and not needed. */
  close(): void {
    this.#spare?.dismiss();
    this.#spare = null;
  }
}
