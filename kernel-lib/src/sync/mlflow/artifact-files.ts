import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../artifacts/store.js";
import type { RunSummary } from "../../lineage/runs.js";
import { runFiles } from "../../pipeline/run/run-files.js";
import type { ModelVersion } from "../../registry/index.js";
import { createReport } from "../../report/index.js";

type Files = readonly (readonly [path: string, bytes: Uint8Array])[];

/** What a run leaves for people: its notebook as it was, its document, and its report. */
export async function filesOfRun(
  root: string,
  { run, kind }: RunSummary,
): Promise<{ readonly files: Files; readonly warnings: readonly string[] }> {
  if (kind !== "pipeline") return { files: [], warnings: [] };
  const folder = runFiles(root).run(run);
  const files: [string, Uint8Array][] = [];
  for (const name of ["run.json", "notebook.ipynb"]) {
    try {
      files.push([name, readFileSync(join(folder, name))]);
    } catch {
      // A run that was killed has no document.
    }
  }
  try {
    const { html } = await createReport({ root, run });
    files.push(["report.html", Buffer.from(html)]);
    return { files, warnings: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { files, warnings: [`Run ${run} goes without its report: ${reason}`] };
  }
}

/** A version's folder: its manifest, its code, the values that it captured, and MLflow's own `MLmodel`. */
export async function modelFiles(root: string, version: ModelVersion, mlflowRun: string): Promise<Files> {
  const { aliases: _aliases, ...manifest } = version;
  const store = openStore(root);
  const captures = [...new Set(version.captures.map(({ object, hash }) => object ?? hash))];
  const text = (content: string): Uint8Array => Buffer.from(content);
  return [
    ["MLmodel", text(mlModel(version, mlflowRun))],
    ["manifest.json", text(`${JSON.stringify(manifest, null, 2)}\n`)],
    ["entry.js", await store.get(version.entry)],
    ...(await Promise.all(captures.map(async (hash) => [`objects/${hash}`, await store.get(hash)] as const))),
  ];
}

/** YAML that is JSON, which every YAML reader takes. */
function mlModel({ model, id, createdAt, number }: ModelVersion, mlflowRun: string): string {
  const content = {
    artifact_path: `models/${model}`,
    flavors: { tagline: { entry: "entry.js", manifest: "manifest.json", version: number } },
    model_uuid: id.slice(0, 32),
    run_id: mlflowRun,
    utc_time_created: createdAt.replace("T", " ").replace("Z", ""),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
