import { dirname, resolve } from "node:path";
import { findProjectRoot } from "../lineage/project.js";
import { openReader } from "../lineage/reader.js";
import type { Diagnostic, Plan } from "../pipeline/compile/plan.js";
import { loadProgram } from "../pipeline/run/load-program.js";
import { readObserved } from "../pipeline/run/observed/read-observed.js";
import { runFiles, shortPath } from "../pipeline/run/run-files.js";
import { table } from "./table.js";

/** What `tagline check --json` prints. */
export interface CheckDocument {
  readonly notebook: string;
  readonly graph: Pick<Plan, "steps" | "edges" | "params">;
  readonly diagnostics: readonly Diagnostic[];
}

/** 1-based numbers of the cells among all cells of the notebook, by id. */
export type CellNumbers = Readonly<Record<string, number>>;

/** Compiles a notebook without running any of it. */
export async function check(
  notebookPath: string,
): Promise<{ readonly document: CheckDocument; readonly cellNumbers: CellNumbers }> {
  const path = resolve(notebookPath);
  const root = findProjectRoot(dirname(path));
  const { program } = await loadProgram(path, shortPath(root, path), runFiles(root));
  const { notebook, steps, edges, params } = program.plan;
  const cellNumbers = Object.fromEntries(Object.entries(program.cells).map(([id, cell]) => [id, cell.index + 1]));
  const diagnostics = [...program.diagnostics, ...readObserved(program, openReader(root))];
  return { document: { notebook, graph: { steps, edges, params }, diagnostics }, cellNumbers };
}

export function formatCheck({ notebook, graph, diagnostics }: CheckDocument, cellNumbers: CellNumbers): string {
  const place = (id: string | null): string => (id === null ? "notebook" : `cell ${cellNumbers[id] ?? `[${id}]`}`);
  const lines = [notebook, ""];
  if (graph.steps.length > 0) {
    const rows = graph.steps.map((step) => {
      const edges = graph.edges.filter((edge) => edge.to === step.name);
      return [
        step.name,
        step.cells.map((id) => cellNumbers[id] ?? id).join(" "),
        edges
          .map((edge) => (edge.names.length > 0 ? `${edge.names.join(", ")} (${edge.from})` : `after ${edge.from}`))
          .join("; "),
        step.gives.join(", "),
        step.params.join(", "),
      ];
    });
    lines.push(...table(["step", "cells", "takes", "gives", "params"], rows), "");
  }
  if (graph.params.length > 0) {
    const rows = graph.params.map((param) => [
      param.name,
      param.type,
      "default" in param ? JSON.stringify(param.default) : "computed",
      [
        param.min === undefined ? "" : `min ${param.min}`,
        param.max === undefined ? "" : `max ${param.max}`,
        param.choices === undefined ? "" : param.choices.map((choice) => JSON.stringify(choice)).join(" | "),
      ]
        .filter(Boolean)
        .join(", "),
      param.description ?? "",
    ]);
    lines.push(...table(["param", "type", "default", "allowed", ""], rows), "");
  }
  for (const { code, severity, message, cellId, line, fix } of diagnostics) {
    lines.push(`${place(cellId)}${line === null ? "" : ` line ${line}`}: ${severity} ${code} ${message}`);
    if (fix !== undefined) lines.push(`  fix: ${fix.title} (${place(fix.cellId)})`);
  }
  const count = (severity: Diagnostic["severity"]): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const verdict = [
    `${plural(graph.steps.length, "step")}`,
    plural(count("error"), "error"),
    plural(count("warning"), "warning"),
  ];
  lines.push(verdict.join(", "));
  return `${lines.join("\n")}\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
