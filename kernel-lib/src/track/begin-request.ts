import { currentRecorder } from "./cell-context.js";
import type { OngoingRequest } from "./remote-record.js";

/** A request of the running cell; undefined where none runs. */
export function beginRequest(method: string, url: string): OngoingRequest | undefined {
  const recorder = currentRecorder();
  return recorder === undefined || recorder.finished ? undefined : recorder.remote.request(method, url);
}
