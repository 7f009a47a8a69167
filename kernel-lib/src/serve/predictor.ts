import type { Answer } from "./answer-rows.js";

/** Something that predicts, wherever it runs. */
export interface Predictor {
  /** `loading` until the model can answer; `failed` if it could not be loaded, `problem` says why. */
  readonly state: "loading" | "ready" | "failed";
  readonly problem: string | null;
  /** Never rejects. */
  predict(rows: readonly unknown[]): Promise<Answer>;
  close(): Promise<void>;
}
