import { relative } from "node:path";
import { type ExportDocument, exportNode } from "../export/export-node.js";
import { nearest } from "../notebook/nearest.js";
import { UsageError } from "../pipeline/run/usage-error.js";

const TARGETS = ["node"];

export function exportTo(notebookPath: string, target: string, out: string): Promise<ExportDocument> {
  if (!TARGETS.includes(target)) {
    const near = nearest(target, TARGETS);
    throw new UsageError(
      `Cannot export to ${target}: ${near === null ? `the targets are ${TARGETS.join(", ")}.` : `did you mean ${near}?`}`,
    );
  }
  return exportNode({ notebookPath, out });
}

export function formatExport({ notebook, out, files, diagnostics, warnings }: ExportDocument): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) {
    return `Cannot export ${notebook}: it has errors. See: tagline check ${notebook}\n${errors.map((error) => `  ${error.code} ${error.message}\n`).join("")}`;
  }
  const folder = relative(process.cwd(), out) || ".";
  const notes = warnings.map((warning) => `  note: ${warning}\n`).join("");
  return `Wrote ${files.length} files to ${folder}\n${notes}Run it: cd ${folder} && npm install && npm start\n`;
}
