import { openStore } from "../artifacts/store.js";
import { findRun } from "../lineage/find-run.js";
import { findProjectRoot } from "../lineage/project.js";
import { openReader } from "../lineage/reader.js";
import { paramsOfRun, type Restored, restoreRun } from "../pipeline/run/restore-run.js";
import { UsageError } from "../pipeline/run/usage-error.js";

/** Puts a run's notebook and inputs into a folder. `latest` is the newest pipeline run. */
export async function restore(asked: string, options: { readonly out?: string }): Promise<Restored> {
  const root = findProjectRoot();
  const record = findRun(openReader(root), asked, { pipelineFirst: true, cannot: "Cannot restore the run" });
  if (record.started?.runKind === "session")
    throw new UsageError(
      `Cannot restore ${asked}: run ${record.run} is a session in a kernel. Only pipeline runs (tagline run) keep their notebook and inputs`,
    );
  return restoreRun(
    root,
    {
      run: record.run,
      notebook: record.started?.notebook ?? null,
      params: paramsOfRun(root, record.run, record.started?.params ?? {}),
    },
    { out: options.out ?? `restored-${record.run}`, store: openStore(root) },
  );
}

export function formatRestored({ run, out, files, missing, commands }: Restored): string {
  const outside = files.filter(({ from }) => from !== undefined);
  const lines = [
    `Restored run ${run}: ${files.length} ${files.length === 1 ? "file" : "files"} in ${out}`,
    ...files.map(({ path, kind }) => `  ${kind.padEnd(8)}  ${path}`),
    ...missing.map(({ path, reason }) => `  missing   ${path}: ${reason}`),
  ];
  if (outside.length > 0) {
    lines.push("The notebook reads these by absolute paths; what stands there now is what a run there reads:");
    for (const { from = "", path } of outside) lines.push(`  ${from}  (as it was: ${path})`);
  }
  return `${lines.join("\n")}\n\nRun it again:\n${commands.map((command) => `  ${command}\n`).join("")}`;
}
