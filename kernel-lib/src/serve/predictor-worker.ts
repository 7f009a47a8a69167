import { parentPort, workerData } from "node:worker_threads";
import { manifestPath, readManifest } from "../registry/model-files.js";
import { watchTfjs } from "../track/watch-tfjs.js";
import { answerRows } from "./answer-rows.js";
import { loadModel, type Predict } from "./load-model.js";
import type { Question, ThreadMessage, ThreadTask } from "./predictor-thread.js";

// The other end of PredictorThread: one request after the other.
const port = parentPort;
if (port === null) throw new Error("Cannot start the model's thread by itself: see predictor-thread.ts.");
const tell = (message: ThreadMessage): void => port.postMessage(message);
// Our own PredictorThread is at the other end.
const { root, model, id } = workerData as ThreadTask;

// So that TensorFlow.js serves without its advertisement.
watchTfjs();
try {
  const manifest = readManifest(manifestPath(root, model, id));
  const predict: Predict = await loadModel(root, manifest);
  let last: Promise<unknown> = Promise.resolve();
  port.on("message", (question: Question) => {
    last = last.then(async () => {
      const answer = await answerRows(predict, question.rows, manifest.output);
      tell({ kind: "answer", id: question.id, answer });
    });
  });
  tell({ kind: "ready" });
} catch (error) {
  tell({ kind: "cannot-load", message: error instanceof Error ? error.message : String(error) });
}
