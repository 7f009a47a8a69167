import type { JsonSchema } from "../notebook/cell-facts.js";
import type { ServeErrorCode } from "./errors.js";
import type { Predict } from "./load-model.js";
import { NotJsonError, toJsonValue } from "./to-json-value.js";

/** What came of some rows: JSON text of each prediction, or what went wrong at which row. */
export type Answer =
  | { readonly kind: "predictions"; readonly json: readonly string[] }
  | { readonly kind: "failed"; readonly code: ServeErrorCode; readonly message: string; readonly row: number };

/** Predicts row after row, so that the same rows give the same answers. Never rejects. */
export async function answerRows(
  predict: Predict,
  rows: readonly unknown[],
  output: JsonSchema | null,
): Promise<Answer> {
  const json: string[] = [];
  for (const [row, value] of rows.entries()) {
    try {
      json.push(JSON.stringify(await toJsonValue(await predict(value), output)));
    } catch (error) {
      const code = error instanceof NotJsonError ? "invalid_prediction" : "predict_failed";
      return { kind: "failed", code, message: error instanceof Error ? error.message : String(error), row };
    }
  }
  return { kind: "predictions", json };
}
