import type { RunDocument } from "tagline/service/api";

/** A run's metrics, those of its last step first: what a pipeline ends in is what it is about. */
export function orderMetrics(document: RunDocument): readonly (readonly [name: string, value: number])[] {
  const ordered = new Map<string, number>();
  for (const step of [...document.steps].reverse()) {
    for (const name of Object.keys(step.metrics)) {
      const value = document.metrics[name];
      if (value !== undefined) ordered.set(name, value);
    }
  }
  for (const [name, value] of Object.entries(document.metrics)) ordered.set(name, value);
  return [...ordered];
}
