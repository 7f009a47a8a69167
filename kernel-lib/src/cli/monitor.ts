import type { DriftChecked } from "../lineage/events.js";
import { FoldedLog } from "../lineage/folded-log.js";
import { findProjectRoot } from "../lineage/project.js";
import { checkDrift, type DriftDocument } from "../monitor/check-drift.js";
import type { FeatureDrift } from "../monitor/compare/feature-drift.js";
import { DriftFold } from "../monitor/drift-fold.js";
import { modelReference } from "../monitor/model-reference.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { table } from "./table.js";

/** The flags of `tagline monitor check`, as typed. */
export interface DriftFlags {
  readonly reference?: string;
  readonly model?: string;
  readonly current: string;
  readonly psi: string;
  readonly alpha: string;
  readonly columns?: string;
}

/** Compares current rows with a file's or a model's reference, as the flags ask. */
export function checkForDrift(flags: DriftFlags): Promise<DriftDocument> {
  const { reference, model, current, columns } = flags;
  if ((reference === undefined) === (model === undefined)) {
    throw new UsageError(
      "Cannot check for drift: name what to compare with, either --reference FILE or --model NAME[@ALIAS|@VERSION].",
    );
  }
  const root = findProjectRoot();
  return checkDrift(
    {
      reference:
        reference === undefined
          ? { kind: "model", name: (model ?? "").replace(/^model:/, ""), load: modelReference(root) }
          : { kind: "file", path: reference },
      current,
      root,
    },
    {
      psiThreshold: readNumber("--psi", flags.psi, (value) => value > 0, "a number above 0"),
      alpha: readNumber("--alpha", flags.alpha, (value) => value > 0 && value < 1, "a number between 0 and 1"),
      ...(columns === undefined ? {} : { columns: columns.split(",").map((name) => name.trim()) }),
    },
  );
}

export function formatDrift(document: DriftDocument): string {
  const { features, onlyInReference, onlyInCurrent, psiThreshold, alpha } = document;
  const rows = features.map((feature) => [
    feature.name,
    feature.kind,
    feature.psi.toFixed(3),
    TESTS[feature.test],
    shortNumber(feature.statistic),
    feature.pCorrected < 1e-4 ? "<0.0001" : feature.pCorrected.toFixed(4),
    verdict(feature, document),
    feature.note,
  ]);
  const drifted = features.filter((feature) => feature.drifted).map((feature) => feature.name);
  const notes = [
    ...(onlyInReference.length > 0 ? [`Not compared, missing in the current rows: ${onlyInReference.join(", ")}`] : []),
    ...(onlyInCurrent.length > 0 ? [`Not compared, unknown to the reference: ${onlyInCurrent.join(", ")}`] : []),
  ];
  return [
    `reference  ${describeReference(document.reference)}`,
    `current    ${describeReference(document.current)}`,
    "",
    ...table(["feature", "kind", "PSI", "test", "statistic", "p (corrected)", "verdict", "what changed"], rows),
    "",
    ...notes,
    drifted.length > 0
      ? `Drift in ${drifted.length} of ${features.length}: ${drifted.join(", ")}`
      : `No drift in ${features.length} feature${features.length === 1 ? "" : "s"}`,
    `(drift is a corrected p below ${alpha} together with a PSI of ${psiThreshold} or more)`,
    "",
  ].join("\n");
}

/** The newest check of each model, as the log keeps it. */
export function lastChecks(): readonly DriftChecked[] {
  return new FoldedLog(findProjectRoot(), ["drift.checked"], () => new DriftFold()).current().all();
}

export function formatLastChecks(checks: readonly DriftChecked[]): string {
  if (checks.length === 0)
    return "No model was checked for drift yet. Check one: tagline monitor check --model NAME --current FILE\n";
  const rows = checks.map((check) => [
    check.reference.replace(/^model:/, ""),
    check.at.replace("T", " ").slice(0, 19),
    check.current.path,
    String(check.current.rows),
    describeDrift(check),
  ]);
  return `${table(["model", "checked (UTC)", "current", "rows", "result"], rows).join("\n")}\n`;
}

/** `drift in Body Mass (g)`. */
export function describeDrift({ features }: DriftChecked): string {
  const drifted = features.filter((feature) => feature.drifted).map(({ name }) => name);
  return drifted.length === 0
    ? `no drift in ${features.length} feature${features.length === 1 ? "" : "s"}`
    : `drift in ${drifted.join(", ")}`;
}

const TESTS: Readonly<Record<FeatureDrift["test"], string>> = { ks: "KS", chi2: "chi2" };

function verdict(feature: FeatureDrift, { alpha, psiThreshold }: DriftDocument): string {
  if (feature.drifted) return "DRIFT";
  if (feature.psi >= psiThreshold) return "ok (may be chance)";
  return feature.pCorrected < alpha ? "ok (small)" : "ok";
}

function describeReference(reference: DriftDocument["reference"]): string {
  const rows = `${reference.rows.toLocaleString("en")} rows`;
  return "model" in reference
    ? `${reference.model} version ${reference.number}  ${rows}  ${reference.version.slice(0, 12)}`
    : `${reference.path}  ${rows}  sha256 ${reference.sha256.slice(0, 12)}`;
}

function shortNumber(value: number): string {
  return value === 0 ? "0" : value < 1 ? value.toFixed(3) : value.toPrecision(4);
}

function readNumber(flag: string, text: string, isRight: (value: number) => boolean, wanted: string): number {
  const value = Number(text);
  if (text.trim() !== "" && isRight(value)) return value;
  throw new UsageError(`Cannot take ${text} for ${flag}: it must be ${wanted}.`);
}
