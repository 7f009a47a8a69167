import type { NotebookRequest } from "../api.js";

/** The body of a command that names a notebook and nothing else. */
export const notebookBody = {
  type: "object",
  required: ["notebook"],
  additionalProperties: false,
  properties: { notebook: { type: "string" } },
};

/** The same with more fields. */
export function notebookBodyWith(properties: object, required: readonly string[] = []): object {
  return {
    ...notebookBody,
    required: ["notebook", ...required],
    properties: { ...notebookBody.properties, ...properties },
  };
}

/** A body without its notebook: what is asked of that notebook's project. */
export function withoutNotebook<T extends NotebookRequest>({ notebook: _notebook, ...rest }: T): Omit<T, "notebook"> {
  return rest;
}
