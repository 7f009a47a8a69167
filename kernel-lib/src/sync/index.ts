export { type SyncOptions, type SyncResult, syncMlflow } from "./mlflow/sync-mlflow.js";
