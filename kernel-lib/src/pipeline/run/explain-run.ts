import type { StepIdentity } from "./static-key.js";
import { canonicalJson } from "./static-key.js";

/** What is kept of a step's latest run, to say what is different this time. */
export interface LastRun extends StepIdentity {
  readonly run: string;
  /** False if it failed or was cancelled. */
  readonly finished: boolean;
}

/**
 * Why a step runs although results are kept: the first difference from its latest run, in the order in which a
 * person would look. `from` names the step that hands each input on.
 */
export function explainRun(
  now: StepIdentity,
  last: LastRun | null,
  from: Readonly<Record<string, string>>,
): string | null {
  if (last === null) return "first run";
  if (now.code !== last.code) return "code changed";
  const inputs = changedKeys(now.inputs, last.inputs);
  if (inputs.length > 0) {
    const sources = [...new Set(inputs.map((name) => from[name]).filter((name) => name !== undefined))];
    return `${list(inputs)} changed${sources.length > 0 ? ` (from ${list(sources)})` : ""}`;
  }
  const params = changedKeys(now.params, last.params);
  if (params.length > 0) return `param${params.length > 1 ? "s" : ""} ${list(params)} changed`;
  const environment = changedKeys(now.environment, last.environment);
  if (environment.length > 0) {
    return environment
      .map((name) => `${name} ${last.environment[name] ?? "none"} → ${now.environment[name] ?? "none"}`)
      .join(", ");
  }
  return last.finished ? null : "its last run did not finish";
}

function changedKeys(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.filter((name) => canonicalJson(a[name]) !== canonicalJson(b[name]));
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
