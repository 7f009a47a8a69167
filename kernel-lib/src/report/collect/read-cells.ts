import type { CellTrace } from "../../lineage/cell-trace.js";
import { readNotebook } from "../../notebook/read-notebook.js";
import { readRole } from "../../notebook/tags.js";
import type { StepOutput } from "../../pipeline/run/output-log.js";
import type { ReportCell } from "./report-data.js";

/**
 * The notebook's cells with what each showed: in the run where that kept it, else as it was saved in the file.
 *
 * @param outputs of the run, by cell id
 * @param traces of the run, the last one of each cell by id
 */
export function readCells(
  name: string,
  text: string,
  outputs: ReadonlyMap<string, readonly StepOutput[]>,
  traces: ReadonlyMap<string, CellTrace>,
): ReportCell[] {
  const raw = rawCells(text);
  return readNotebook(name, text).cells.map((cell) => {
    const role = readRole(cell.tags);
    const own = outputs.get(cell.id);
    const saved = own === undefined ? savedOutputs(cell.id, raw[cell.index]?.["outputs"]) : [];
    const error = traces.get(cell.id)?.error ?? null;
    return {
      id: cell.id,
      number: cell.index + 1,
      kind: cell.kind,
      source: cell.source,
      role: role.kind === "step" || role.kind === "none" ? null : role.kind,
      step: role.step,
      outputs: own ?? saved,
      outputsFrom: own !== undefined ? "run" : saved.length > 0 ? "file" : null,
      attachments: attachmentsOf(raw[cell.index]?.["attachments"]),
      error: error === null ? null : { name: error.name, message: error.message, line: error.line },
    };
  });
}

type Json = Readonly<Record<string, unknown>>;

function rawCells(text: string): readonly Json[] {
  const json: unknown = JSON.parse(text);
  const cells = isObject(json) ? json["cells"] : null;
  return Array.isArray(cells) ? cells.map((cell: unknown) => (isObject(cell) ? cell : {})) : [];
}

/** Outputs in nbformat 4: streams, displays and results, their texts whole or in lines. */
function savedOutputs(cellId: string, outputs: unknown): StepOutput[] {
  if (!Array.isArray(outputs)) return [];
  return outputs.filter(isObject).flatMap((output): StepOutput[] => {
    if (output["output_type"] === "stream") {
      const name = output["name"] === "stderr" ? "stderr" : "stdout";
      return [{ kind: "stream", cellId, name, text: joined(output["text"]) }];
    }
    const { data, metadata } = output;
    if (!isObject(data)) return [];
    const whole = Object.entries(data).map(([mime, value]) => [mime, Array.isArray(value) ? joined(value) : value]);
    return [{ kind: "display", cellId, data: Object.fromEntries(whole), metadata: isObject(metadata) ? metadata : {} }];
  });
}

function attachmentsOf(attachments: unknown): Record<string, string> {
  if (!isObject(attachments)) return {};
  return Object.fromEntries(
    Object.entries(attachments).flatMap(([name, bundle]) => {
      const [mime, data] = (isObject(bundle) ? Object.entries(bundle)[0] : undefined) ?? [];
      return mime === undefined ? [] : [[name, `data:${mime};base64,${joined(data).replace(/\s/g, "")}`]];
    }),
  );
}

function joined(text: unknown): string {
  return Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "";
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
