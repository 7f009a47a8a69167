import { dirname } from "node:path";
import { notebookFacts, readNoDocs } from "../../analyze/index.js";
import { readNotebook } from "../../notebook/read-notebook.js";
import { compilePipeline, describeModels, emitModules } from "../compile/index.js";
import type { Program } from "./program.js";
import { programCells } from "./program-cells.js";

/**
 * Compiles a notebook's text, with types. Loads TypeScript.
 *
 * @throws {NotebookError} if the text is no notebook
 */
export async function compileNotebook(
  text: string,
  where: { readonly path: string; readonly name: string },
): Promise<{ readonly program: Program; readonly texts: Readonly<Record<string, string>> }> {
  readNoDocs();
  const notebook = readNotebook(where.name, text);
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  const facts = notebookFacts(code, { folder: dirname(where.path), speed: "check" });
  const { plan, diagnostics } = compilePipeline(notebook, facts);
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const texts = hasErrors ? {} : Object.fromEntries(emitModules(notebook, facts));
  const cells = programCells(notebook, facts);
  const models = hasErrors ? {} : describeModels(notebook, facts);
  return { program: { plan, diagnostics, cells, models }, texts };
}
