import { join } from "node:path";
import { writeWhole } from "./run-files.js";

/** What a step showed, in order. */
export type StepOutput =
  | {
      readonly kind: "stream";
      readonly cellId: string | null;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly kind: "display";
      readonly cellId: string | null;
      /** By MIME type. */
      readonly data: Readonly<Record<string, unknown>>;
      readonly metadata: Readonly<Record<string, unknown>>;
    };

/** Lines kept of one step; a loop that prints would fill the disk. */
const LINES_AT_MOST = 10_000;

/** Collects what one step shows, for reports. */
export class OutputLog {
  readonly #outputs: StepOutput[] = [];
  #lines = 0;

  line(name: "stdout" | "stderr", text: string, cellId: string | null): void {
    this.#lines += 1;
    if (this.#lines > LINES_AT_MOST) return;
    const last = this.#outputs.at(-1);
    const end = this.#lines === LINES_AT_MOST ? "\n… (more lines were not kept)\n" : "\n";
    if (last?.kind === "stream" && last.name === name && last.cellId === cellId) {
      this.#outputs[this.#outputs.length - 1] = { ...last, text: `${last.text}${text}${end}` };
    } else {
      this.#outputs.push({ kind: "stream", cellId, name, text: `${text}${end}` });
    }
  }

  display(output: Omit<Extract<StepOutput, { kind: "display" }>, "kind">): void {
    this.#outputs.push({ kind: "display", ...output });
  }

  write(runFolder: string, step: string): void {
    writeWhole(outputsPath(runFolder, step), JSON.stringify(this.#outputs));
  }
}

/** Where a run keeps what a step showed: a JSON list of `StepOutput`. */
export function outputsPath(runFolder: string, step: string): string {
  return join(runFolder, "outputs", `${step}.json`);
}
