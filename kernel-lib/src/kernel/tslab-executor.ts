import type { Executor } from "tslab/dist/executor.js";
import { toText } from "../display/to-text.js";
import type { CellExecutor } from "./cell-executor.js";

type QuickInfo = ReturnType<Executor["inspect"]>;
type Completion = ReturnType<Executor["complete"]>;

/** Where tslab's handler reads what a cell printed: it puts its own `write` on the process's streams for each cell. */
export interface Printer {
  out(text: string): void;
  error(text: string): void;
}

const toProcess: Printer = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

/**
 * Our executor in the shape of tslab's, so that tslab's own message handler can drive it. That shape knows one output, text, and
 * one answer, whether the cell ended well.
 */
export function toTslabExecutor(executor: CellExecutor, printer: Printer = toProcess): Executor {
  let count = 0;
  return {
    async execute(code) {
      count += 1;
      const output = {
        stream: (name: "stdout" | "stderr", text: string) =>
          name === "stdout" ? printer.out(text) : printer.error(text),
        display: ({ data }: { readonly data: Readonly<Record<string, unknown>> }) =>
          printer.out(`${String(data["text/plain"] ?? "")}\n`),
      };
      const { value, failure } = await executor.execute({
        code,
        cellId: null,
        tags: [],
        label: `cell [${count}]`,
        output,
      });
      if (failure !== null) printer.error(`${failure.traceback.join("\n")}\n`);
      else if (value !== undefined && value[0] !== undefined) printer.out(`${toText(value[0])}\n`);
      return failure === null;
    },
    inspect(code, position) {
      const found = executor.compiler.inspect(code, position, executor.scope);
      // tslab's own type for "nothing there" is null, its declarations are not strict.
      if (found === null) return null as unknown as QuickInfo;
      // tslab prints these three fields alone; the rest of TypeScript's QuickInfo is not read.
      return {
        displayParts: [{ text: found.signature, kind: "text" }],
        documentation: [{ text: found.documentation, kind: "text" }],
        tags: [],
      } as unknown as QuickInfo;
    },
    complete(code, position): Completion {
      const { start, end, items } = executor.compiler.complete(code, position, executor.scope);
      return { start, end, candidates: items.map(({ name }) => name) };
    },
    reset() {
      executor.reset();
    },
    interrupt() {
      executor.interrupt();
    },
    get locals() {
      const { bindings } = executor;
      return Object.fromEntries(bindings.names().map((name) => [name, bindings.peek(name)]));
    },
    close() {},
  };
}
