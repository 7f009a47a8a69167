import { basename } from "node:path";
import type { Execution } from "../../../lineage/why-graph.js";
import type { Diagnostic } from "../../compile/plan.js";
import { RUN_DIAGNOSTICS } from "../run-diagnostics.js";
import type { ObservedPlan } from "./observed-plan.js";

interface Use {
  readonly step: string;
  readonly cellId: string;
  readonly sha256: string | null;
}

/** TL065: a file that one step wrote and another read as it was written, without an edge between the two. */
export function fileDiagnostics(plan: ObservedPlan, executions: readonly Execution[]): Diagnostic[] {
  const written = new Map<string, Use>();
  const found = new Map<string, Diagnostic>();
  for (const execution of executions) {
    const cellId = plan.cellOf(execution);
    const step = cellId === null ? null : plan.stepOf(cellId);
    if (cellId === null || step === null) continue;
    const { files } = execution.trace;
    for (const { path, mode, sha256 } of files) {
      const writer = written.get(path);
      if (mode !== "read" || writer === undefined || writer.step === step) continue;
      if (sha256 !== null && writer.sha256 !== null && sha256 !== writer.sha256) continue;
      if (plan.comesAfter(step, writer.step) || plan.comesAfter(writer.step, step)) continue;
      const key = `${step}\n${path}`;
      if (!found.has(key)) found.set(key, unordered(plan, { step, cellId, sha256 }, writer, path));
    }
    for (const { path, mode, sha256 } of files) if (mode === "write") written.set(path, { step, cellId, sha256 });
  }
  return [...found.values()];
}

function unordered(plan: ObservedPlan, { step, cellId }: Use, writer: Use, path: string): Diagnostic {
  const file = basename(path);
  const first = plan.steps.find(({ name }) => name === step)?.cells[0] ?? cellId;
  const lines = Object.entries(plan.cell(cellId)?.lines ?? {});
  const line = lines.find(([key]) => key.startsWith("file:") && basename(key.slice("file:".length)) === file)?.[1];
  const tag = `after:${writer.step}`;
  return {
    code: "TL065",
    severity: RUN_DIAGNOSTICS.TL065.severity,
    message: `Step "${step}" reads ${file}, which step "${writer.step}" writes in ${plan.place(writer.cellId)}, and may start before it is written. Tag a cell of "${step}" with ${tag}.`,
    cellId,
    line: line ?? 1,
    fix: { title: `Add "${tag}"`, cellId: first, addTags: [tag], removeTags: [] },
  };
}
