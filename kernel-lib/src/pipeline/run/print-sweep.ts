import { errorLines, type ProgressStream, runSummary, stepLine } from "./print-progress.js";
import type { RunProgress } from "./run-document.js";

/**
 * Prints the progress of runs that go on at the same time, each line with its run's label in front: steps that were done or failed, what
 * they write, and how each run ended. Cached steps are told in numbers: most of a grid's are. On a terminal a last line shows what is
 * running.
 */
export function printSweep(out: ProgressStream, count: number): (label: string) => (progress: RunProgress) => void {
  /** What each run is at, by its label. */
  const running = new Map<string, string>();
  let ended = 0;
  let live = "";

  const say = (text: string): void => {
    if (live !== "") out.write("\r\u001b[K");
    live = "";
    out.write(`${text}\n`);
  };
  const showLive = (): void => {
    if (out.isTTY !== true) return;
    const works = [...running.values()].filter((text) => text !== "").join("; ");
    const next = works === "" ? "" : `… ${ended} of ${count} ended; ${works}`.slice(0, (out.columns || 80) - 1);
    if (next === live) return;
    out.write(`\r\u001b[K${next}`);
    live = next;
  };

  return (label) => {
    const point = label.replace(/^[^:]*: /, "");
    const steps = new Map<string, string>();
    const told = new Set<string>();
    return (progress) => {
      if (progress.kind === "run") {
        const { document } = progress;
        if (document.status === "running") running.set(label, "");
        else {
          running.delete(label);
          ended += 1;
          const metrics = Object.entries(document.metrics).slice(0, 4);
          const numbers = metrics.map(([name, value]) => `  ${name} ${Number(value.toPrecision(6))}`).join("");
          say(`${label} │ ${runSummary(document)}${numbers}`);
        }
      } else if (progress.kind === "step") {
        const { step } = progress;
        if (step.status === "running") steps.set(step.name, step.name);
        else steps.delete(step.name);
        if ((step.status === "done" || step.status === "failed") && !told.has(step.name)) {
          told.add(step.name);
          say(`${label} │ ${stepLine(step, step.name.length)}`);
          if (step.error !== undefined) say(errorLines(step.error));
          if (step.inputs !== undefined) say(`  Its inputs: ${step.inputs}`);
        }
      } else if (progress.kind === "log") {
        say(`${label} ${progress.step} │ ${progress.text}`);
      } else {
        steps.set(progress.step, `${progress.step} ${progress.text}`);
      }
      if (running.has(label)) running.set(label, steps.size === 0 ? "" : `${point}: ${[...steps.values()].join(", ")}`);
      showLive();
    };
  };
}
