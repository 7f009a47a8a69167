export { CellExecutor, type CellOutcome, type CellRequest, type ExecutorOptions } from "./cell-executor.js";
export type { CellFailure } from "./cell-failure.js";
export type { CellOutput } from "./cell-output.js";
export { startKernel } from "./start-kernel.js";
export { toTslabExecutor } from "./tslab-executor.js";
