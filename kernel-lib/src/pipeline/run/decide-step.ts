import { existsSync } from "node:fs";
import { isIntact } from "../../artifacts/is-intact.js";
import type { ArtifactStore } from "../../artifacts/store.js";
import { ownVersion } from "../../lineage/own-version.js";
import { manifestPath } from "../../registry/model-files.js";
import { projectSeed, seedingIsOn } from "../../track/seed.js";
import { hasNativeBackend } from "../../track/tfjs/load-backend.js";
import type { PlanStep } from "../compile/plan.js";
import { explainRun, type LastRun } from "./explain-run.js";
import { refuseByOption } from "./read-cache-option.js";
import type { RunnableProgram } from "./runnable-program.js";
import { type StepIdentity, staticKey } from "./static-key.js";
import { watchedInputs } from "./step-outcome.js";
import { findTrace, type StepTrace } from "./trace-store.js";

/** What is to be done about a step whose inputs are known. */
export type Decision = { readonly key: string; readonly identity: StepIdentity } & (
  | { readonly kind: "reuse"; readonly trace: StepTrace }
  | { readonly kind: "run"; readonly reason: string }
);

/** Decides whether a step runs or an earlier result holds, for a run and for a dry run alike. Changes nothing. */
export async function decideStep(
  step: PlanStep,
  about: RunnableProgram & {
    readonly store: ArtifactStore;
    readonly latest: Readonly<Record<string, LastRun>>;
    /** Values of all params in this run. */
    readonly params: Readonly<Record<string, unknown>>;
    /** Hash of a value that an earlier step of this run hands on. */
    readonly hashOf: (step: string, name: string) => string;
    readonly forced: boolean;
    readonly nowMs: number;
  },
): Promise<Decision> {
  const identity = identify(step, about);
  const key = staticKey(identity);
  const lookup = await findTrace(about.files, key, {
    gives: step.gives,
    watch: watchedInputs(step, about.program.plan),
    hasObject: (output) => isIntact(about.store, output),
    hasVersion: (model, version) => existsSync(manifestPath(about.files.root, model, version)),
  });
  const refusal =
    lookup.kind === "miss" ? lookup.because : refuseByOption(lookup.trace, step.options.cache, about.nowMs);
  if (lookup.kind === "hit" && refusal === null && !about.forced)
    return { kind: "reuse", key, identity, trace: lookup.trace };
  if (about.forced) return { kind: "run", key, identity, reason: "forced" };
  const from = Object.fromEntries(step.needs.map((need) => [need.name, need.from]));
  const reason = explainRun(identity, about.latest[step.name] ?? null, from) ?? refusal ?? "no earlier result is kept";
  return { kind: "run", key, identity, reason };
}

function identify(
  step: PlanStep,
  {
    modules,
    params,
    hashOf,
  }: {
    readonly modules: RunnableProgram["modules"];
    readonly params: Readonly<Record<string, unknown>>;
    readonly hashOf: (step: string, name: string) => string;
  },
): StepIdentity {
  const packages = modules.packages(step.name);
  return {
    code: modules.codeHash(step.name),
    inputs: Object.fromEntries(step.needs.map((need) => [need.name, hashOf(need.from, need.name)])),
    params: Object.fromEntries(step.params.filter((name) => name in params).map((name) => [name, params[name]])),
    environment: {
      node: process.versions.node.split(".")[0] ?? "",
      tagline: ownVersion(),
      // Random numbers restart from it.
      ...(projectSeed() === 0 ? {} : { seed: String(projectSeed()) }),
      ...(seedingIsOn() ? {} : { seed: "off" }),
      ...variables(step),
      ...packages,
      ...tfjsBackend(packages),
    },
  };
}

function variables({ options }: PlanStep): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options.environment ?? {}).map(([name, value]) => [`$${name}`, value]));
}

/** What decides on which backend tfjs trains: another one may give another last digit. */
function tfjsBackend(packages: Readonly<Record<string, string>>): { readonly tfjsBackend?: string } {
  if (!Object.keys(packages).some((name) => name.startsWith("@tensorflow/tfjs"))) return {};
  const wanted = process.env["TAGLINE_TFJS_BACKEND"] || "auto";
  const isNative = (wanted === "auto" || wanted === "tfjs-node") && hasNativeBackend();
  return { tfjsBackend: isNative ? `${wanted}, with tfjs-node` : wanted };
}
