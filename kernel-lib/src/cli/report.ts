import { writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { findProjectRoot } from "../lineage/project.js";
import { createReport, type ReportSummary } from "../report/create-report.js";

/** What `tagline report --json` prints. */
export interface ReportDocument extends ReportSummary {
  /** Absolute path of the file that was written. */
  readonly out: string;
}

/** Writes the report of a run to a file. */
export async function report(
  run: string,
  options: { readonly out: string; readonly notebook?: string },
): Promise<ReportDocument> {
  const { html, summary } = await createReport({
    root: findProjectRoot(options.notebook === undefined ? undefined : dirname(resolve(options.notebook))),
    run,
    ...(options.notebook === undefined ? {} : { notebook: resolve(options.notebook) }),
  });
  const out = resolve(options.out);
  try {
    writeFileSync(out, html);
  } catch (cause) {
    throw new Error(`Cannot write ${options.out}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return { ...summary, out };
}

export function formatReport({ title, run, out, bytes, warnings }: ReportDocument): string {
  const notes = warnings.map((warning) => `  note: ${warning}\n`).join("");
  const path = relative(process.cwd(), out);
  return `Wrote ${path.startsWith("..") ? out : path} (${Math.ceil(bytes / 1000)} KB): ${title}, run ${run}\n${notes}`;
}
