import { readRole } from "../../notebook/tags.js";
import type { StepOutput } from "./output-log.js";
import type { Program } from "./program.js";
import type { RunDocument, StepError } from "./run-document.js";

/**
 * The notebook as a run executed it, as text of an .ipynb: each step's cells with what they showed, the failing one with its error, and
 * execution counts in the notebook's order. Cells that did not run have neither. What the run was, and with which params, stands in the
 * notebook's metadata under `tagline.run`, and behind the `parameters` cell in one that JupyterLab shows, as papermill has it.
 *
 * @param text of the notebook as it was
 * @param outputsOf what a step showed, in order
 */
export function executedNotebook(
  text: string,
  about: {
    readonly document: RunDocument;
    readonly program: Pick<Program, "plan">;
    readonly outputsOf: (step: string) => readonly StepOutput[];
  },
): string {
  const { document, program, outputsOf } = about;
  // A notebook that was compiled: an object with a list of cells.
  const notebook: RawNotebook = JSON.parse(text);
  const outputs = new Map<string, object[]>();
  const ran = new Set<string>();
  for (const step of document.steps) {
    const showed = outputsOf(step.name);
    const last = lastCell(step, showed);
    if (last === null) continue;
    const [first = ""] = step.cells;
    for (const id of step.cells.slice(0, step.cells.indexOf(last) + 1)) ran.add(id);
    for (const output of showed) push(outputs, output.cellId ?? first, toOutput(output));
    if (step.error !== undefined) push(outputs, step.error.cellId ?? last, toError(step.error));
    const plan = program.plan.steps.find(({ name }) => name === step.name);
    for (const { cellId } of plan?.shared ?? []) ran.add(cellId);
    for (const { name, cellId } of program.plan.params) if (plan?.params.includes(name)) ran.add(cellId);
  }
  let count = 0;
  const ids = cellIds(notebook.cells);
  const cells = notebook.cells.flatMap((cell, index): RawCell[] => {
    if (cell.cell_type !== "code") return [cell];
    const id = ids[index] ?? "";
    const own = outputs.get(id) ?? [];
    if (ran.has(id)) count += 1;
    const executed = { ...cell, execution_count: ran.has(id) ? count : null, outputs: own };
    const isParameters = readRole(tagsOf(cell)).kind === "parameters";
    return isParameters && isFirstParameters(notebook.cells, index)
      ? [executed, paramsCell(document, ids)]
      : [executed];
  });
  const { run, status, startedAt, durationMs, params, metrics } = document;
  const tagline = {
    ...record(notebook.metadata?.["tagline"]),
    run: { run, status, startedAt, durationMs, params, metrics },
  };
  return `${JSON.stringify({ ...notebook, cells, metadata: { ...notebook.metadata, tagline } }, null, 1)}\n`;
}

interface RawCell {
  readonly cell_type?: string;
  readonly id?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface RawNotebook {
  readonly cells: readonly RawCell[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The last cell of a step that began; null if the step did not run. */
function lastCell(step: RunDocument["steps"][number], showed: readonly StepOutput[]): string | null {
  if (step.status === "done" || step.status === "cached") return step.cells.at(-1) ?? null;
  if (step.status !== "failed") return null;
  const failing = step.error?.cellId ?? showed.findLast(({ cellId }) => cellId !== null)?.cellId ?? step.cells[0];
  return failing !== undefined && step.cells.includes(failing) ? failing : (step.cells[0] ?? null);
}

/** As `readNotebook` names cells, so that those of an old or hand-edited notebook are found. */
function cellIds(cells: readonly RawCell[]): string[] {
  const seen = new Set<string>();
  return cells.map(({ id }, index) => {
    const wanted = typeof id === "string" && id !== "" ? id : `cell-${index}`;
    const unique = seen.has(wanted) ? `${wanted}-${index}` : wanted;
    seen.add(unique);
    return unique;
  });
}

function tagsOf({ metadata }: RawCell): string[] {
  const tags = metadata?.["tags"];
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

function isFirstParameters(cells: readonly RawCell[], index: number): boolean {
  return !cells.slice(0, index).some((cell) => readRole(tagsOf(cell)).kind === "parameters");
}

/** A comment alone: who runs the record again gets what the notebook says. */
function paramsCell({ run, params }: RunDocument, ids: readonly string[]): RawCell {
  const lines = Object.entries(params).map(([name, value]) => `// ${name} = ${JSON.stringify(value)}`);
  const id = ["tagline-params", `tagline-params-${run.slice(-6)}`].find((one) => !ids.includes(one));
  return {
    cell_type: "code",
    ...(id === undefined ? {} : { id }),
    metadata: { tags: ["injected-parameters"] },
    source: [`// Parameters of run ${run}`, ...lines].join("\n"),
    execution_count: null,
    outputs: [],
  };
}

function toOutput(output: StepOutput): object {
  if (output.kind === "stream") return { output_type: "stream", name: output.name, text: output.text };
  const { data, metadata } = output;
  return { output_type: "display_data", data, metadata };
}

function toError({ name, message, line, column, stack }: StepError): object {
  const place = line === null ? "" : ` (line ${line}${column === null ? "" : `, column ${column}`})`;
  return {
    output_type: "error",
    ename: name,
    evalue: message,
    traceback: [`${name}: ${message}${place}`, ...stack.map((frame) => `    at ${frame}`)],
  };
}

function push(to: Map<string, object[]>, id: string, output: object): void {
  to.set(id, [...(to.get(id) ?? []), output]);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // A JSON object's members are unknown until looked at, which is what this type says.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
