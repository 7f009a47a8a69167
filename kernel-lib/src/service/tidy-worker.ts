import { parentPort, workerData } from "node:worker_threads";
import { tidyLog } from "../lineage/tidy-log.js";

/** A thread that tidies one project's log and ends. */
parentPort?.postMessage(tidyLog(String(workerData)));
