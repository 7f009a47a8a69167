import { workerData } from "node:worker_threads";
import { LogIndex } from "./log-index.js";

// The other end of `indexInThread`: whatever the index lacks becomes a layer.
if (typeof workerData !== "string")
  throw new Error("Cannot start the index's thread by itself: see index-in-thread.ts.");
new LogIndex(workerData, { keepBytes: 1 }).refresh();
