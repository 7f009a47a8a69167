import { relative } from "node:path";
import { EXPORT_TARGETS, type ExportDocument, exportNotebook } from "../export/index.js";
import { nearest } from "../notebook/nearest.js";
import { UsageError } from "../pipeline/run/usage-error.js";

export function exportTo(notebookPath: string, name: string, out: string): Promise<ExportDocument> {
  const target = EXPORT_TARGETS.find((one) => one.name === name);
  if (target === undefined) {
    const names = EXPORT_TARGETS.map((one) => one.name);
    const near = nearest(name, names);
    throw new UsageError(
      `Cannot export to ${name}: ${near === null ? `the targets are ${names.join(", ")}.` : `did you mean ${near}?`}`,
    );
  }
  return exportNotebook(target, { notebookPath, out });
}

export function formatExport({ notebook, target, out, files, diagnostics, warnings }: ExportDocument): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) {
    return `Cannot export ${notebook}: it has errors. See: tagline check ${notebook}\n${errors.map((error) => `  ${error.code} ${error.message}\n`).join("")}`;
  }
  const folder = relative(process.cwd(), out) || ".";
  const told = diagnostics.map(({ code, severity, message }) => `  ${severity} ${code} ${message}\n`);
  const notes = warnings.map((warning) => `  note: ${warning}\n`);
  const next = EXPORT_TARGETS.find((one) => one.name === target)?.next ?? "";
  return `Wrote ${files.length} files to ${folder}\n${told.join("")}${notes.join("")}Go on: cd ${folder} && ${next}\n`;
}
