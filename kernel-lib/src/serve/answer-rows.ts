import type { JsonSchema } from "../notebook/cell-facts.js";
import type { ServeErrorCode } from "./errors.js";
import type { Predict } from "./load-model.js";
import { NotJsonError, toJsonValue } from "./to-json-value.js";

/** What came of some rows: JSON text of each prediction, or what went wrong at which row. */
export type Answer =
  | { readonly kind: "predictions"; readonly json: readonly string[] }
  | {
      readonly kind: "failed";
      readonly code: ServeErrorCode;
      readonly message: string;
      readonly row: number;
      /** Where the model said which. */
      readonly field?: string;
    };

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
      return { kind: "failed", ...reasonOf(error), row };
    }
  }
  return { kind: "predictions", json };
}

/** As frameworks of the field have it: an error with `statusCode` (or `status`) 422 is the caller's fault, any other the model's. */
function reasonOf(error: unknown): {
  readonly code: ServeErrorCode;
  readonly message: string;
  readonly field?: string;
} {
  if (!(error instanceof Error)) return { code: "predict_failed", message: String(error) };
  const { message } = error;
  if (error instanceof NotJsonError) return { code: "invalid_prediction", message };
  const isRefusal = ("statusCode" in error && error.statusCode === 422) || ("status" in error && error.status === 422);
  if (!isRefusal) return { code: "predict_failed", message };
  const field = "field" in error && typeof error.field === "string" ? { field: error.field } : {};
  return { code: "row_refused", message, ...field };
}
