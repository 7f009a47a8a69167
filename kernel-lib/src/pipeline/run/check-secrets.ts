import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { rememberSecret } from "../../lineage/known-secrets.js";
import { findSecret } from "../../track/find-secret.js";
import { missingSecret } from "../../track/secret.js";
import type { Diagnostic, PlanStep } from "../compile/plan.js";
import { RUN_DIAGNOSTICS } from "./run-diagnostics.js";
import { shortPath } from "./run-files.js";

/**
 * Looks for the secrets of these steps before any of them runs, and remembers their values, so that they are masked in what the
 * steps tell. Missing ones are errors at their cells; a `.env` that git would commit is a warning.
 */
export function checkSecrets(
  steps: readonly PlanStep[],
  { workFolder, root }: { readonly workFolder: string; readonly root: string },
): Diagnostic[] {
  const problems = new Map<string, Diagnostic>();
  const files = new Set<string>();
  for (const { name, cellId, line } of steps.flatMap((step) => step.secrets ?? [])) {
    if (problems.has(name)) continue;
    const found = findSecret(name, workFolder);
    if (found === null) {
      const { severity } = RUN_DIAGNOSTICS.TL051;
      problems.set(name, { code: "TL051", severity, message: `${missingSecret(name)}.`, cellId, line });
      continue;
    }
    rememberSecret(name, found.value);
    if (found.file !== null) files.add(found.file);
  }
  const open = [...files].filter(wouldBeCommitted).map((file): Diagnostic => {
    const { severity } = RUN_DIAGNOSTICS.TL052;
    const message = `Secrets are read from ${shortPath(root, file)}, which git does not ignore. Add a line .env to .gitignore.`;
    return { code: "TL052", severity, message, cellId: null, line: null };
  });
  return [...problems.values(), ...open];
}

/** True in a git repository that does not ignore the file; a file that git holds already is not ignored. */
function wouldBeCommitted(file: string): boolean {
  // 0: ignored, 1: not ignored, 128: no repository.
  return spawnSync("git", ["check-ignore", "-q", file], { cwd: dirname(file), stdio: "ignore" }).status === 1;
}
