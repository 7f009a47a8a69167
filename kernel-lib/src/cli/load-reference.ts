import type { LoadReference } from "../monitor/load-reference.js";
import { UsageError } from "../pipeline/run/usage-error.js";

/** The reference that a version in this project's registry keeps. */
export const loadReference: LoadReference = async (model) => {
  throw new UsageError(
    `Cannot check model ${model}: this project has no registered models. Name a file: --reference FILE.`,
  );
};
