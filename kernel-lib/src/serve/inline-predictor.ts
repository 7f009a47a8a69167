import type { JsonSchema } from "../notebook/cell-facts.js";
import { answerRows } from "./answer-rows.js";
import type { Predict } from "./load-model.js";
import type { Predictor } from "./predictor.js";

/** A model in this very thread: for tests, and where the caller keeps its own thread. */
export function inlinePredictor(predict: Predict, output: JsonSchema | null): Predictor {
  return {
    state: "ready",
    problem: null,
    predict: (rows) => answerRows(predict, rows, output),
    close: async () => {},
  };
}
