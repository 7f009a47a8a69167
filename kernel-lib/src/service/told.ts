import { ServiceError, type ServiceErrorCode } from "./errors.js";

/** What a person did wrong becomes an answer with a code; all else stays an error of ours. */
export async function told<T>(code: ServiceErrorCode, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === "UsageError")
      throw new ServiceError(code, error.message, { cause: error });
    if (error instanceof Error && error.name === "NotebookError")
      throw new ServiceError("notebook-unreadable", error.message, { cause: error });
    throw error;
  }
}
