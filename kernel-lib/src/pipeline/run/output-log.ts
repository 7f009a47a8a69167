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

interface ShownOutput extends Omit<Extract<StepOutput, { kind: "display" }>, "kind"> {
  readonly id?: string;
  readonly update?: boolean;
}

/** Lines kept of one step; a loop that prints would fill the disk. */
const LINES_AT_MOST = 10_000;

/** Collects what one step shows, for reports. */
export class OutputLog {
  #outputs: StepOutput[] = [];
  readonly #byId = new Map<string, StepOutput>();
  /** Cells whose outputs go as soon as they show the next thing. */
  readonly #toClear = new Set<string | null>();
  #lines = 0;

  line(name: "stdout" | "stderr", text: string, cellId: string | null): void {
    this.#lines += 1;
    if (this.#lines > LINES_AT_MOST) return;
    this.#clearIfWaiting(cellId);
    const last = this.#outputs.at(-1);
    const end = this.#lines === LINES_AT_MOST ? "\n… (more lines were not kept)\n" : "\n";
    if (last?.kind === "stream" && last.name === name && last.cellId === cellId) {
      this.#outputs[this.#outputs.length - 1] = { ...last, text: `${last.text}${text}${end}` };
    } else {
      this.#outputs.push({ kind: "stream", cellId, name, text: `${text}${end}` });
    }
  }

  /** Adds what was shown, or puts it in the place of what was shown under the same id. */
  display({ cellId, data, metadata, id, update = false }: ShownOutput): void {
    const output: StepOutput = { kind: "display", cellId, data, metadata };
    const before = id === undefined ? undefined : this.#byId.get(id);
    if (id !== undefined) this.#byId.set(id, output);
    const place = before === undefined || !update ? -1 : this.#outputs.indexOf(before);
    if (place >= 0) {
      this.#outputs[place] = { ...output, cellId: before?.cellId ?? cellId };
      if (id !== undefined) this.#byId.set(id, this.#outputs[place]);
      return;
    }
    this.#clearIfWaiting(cellId);
    this.#outputs.push(output);
  }

  /** Takes away what a cell has shown so far; with `wait`, not before it shows the next thing. */
  clear(cellId: string | null, { wait }: { readonly wait: boolean }): void {
    if (wait) this.#toClear.add(cellId);
    else this.#outputs = this.#outputs.filter((output) => output.cellId !== cellId);
  }

  #clearIfWaiting(cellId: string | null): void {
    if (this.#toClear.delete(cellId)) this.clear(cellId, { wait: false });
  }

  write(runFolder: string, step: string): void {
    writeWhole(outputsPath(runFolder, step), JSON.stringify(this.#outputs));
  }
}

/** Where a run keeps what a step showed: a JSON list of `StepOutput`. */
export function outputsPath(runFolder: string, step: string): string {
  return join(runFolder, "outputs", `${step}.json`);
}
