import { parentPort } from "node:worker_threads";
import { notebookFacts } from "../analyze/index.js";
import { loadProgram } from "../pipeline/run/load-program.js";
import { runFiles, shortPath } from "../pipeline/run/run-files.js";
import type { CompilerAnswer, CompilerTask } from "./compiler-thread.js";

// The other end of CompilerThread: one task after the other.
const port = parentPort;
if (port === null) throw new Error("Cannot start the compiler's thread by itself: see compiler-thread.ts.");
let last: Promise<unknown> = Promise.resolve();

port.on("message", (task: CompilerTask & { readonly id: number }) => {
  last = last.then(async () => port.postMessage(await answer(task)));
});

// Libraries' types are read once in a process: do so before the first question.
notebookFacts([{ id: "", source: "[1].map(String);", tags: [] }], { folder: process.cwd(), speed: "check" });

async function answer(task: CompilerTask & { readonly id: number }): Promise<CompilerAnswer> {
  const { id } = task;
  try {
    if (task.kind === "facts") return { id, facts: notebookFacts(task.cells, { folder: task.folder, speed: "check" }) };
    const { notebook, projectRoot } = task;
    await loadProgram(notebook, shortPath(projectRoot, notebook), runFiles(projectRoot));
    return { id, facts: null };
  } catch (error) {
    return {
      id,
      error:
        error instanceof Error
          ? { name: error.name, message: error.message }
          : { name: "Error", message: String(error) },
    };
  }
}
