/** A step of a graph: what must end well before it may start. */
export interface GraphStep {
  readonly name: string;
  readonly after: readonly string[];
}

/**
 * Runs every step as soon as all that it waits for ended well, at most `concurrency` at a time, in the given order where
 * there is a choice. A step whose `run` gives false is not passed: what waits for it is told to `skip`, with the name
 * of the step that failed; the rest goes on. Rejects only if `run` does, after what is running has ended.
 */
export async function runStepsInOrder(
  steps: readonly GraphStep[],
  effects: {
    readonly run: (name: string) => Promise<boolean>;
    readonly skip: (name: string, because: string) => void;
    readonly concurrency: number;
  },
): Promise<void> {
  const passed = new Set<string>();
  /** Failed or skipped steps, each with the failed step behind it. */
  const stopped = new Map<string, string>();
  const waiting = new Map(steps.map((step) => [step.name, step]));
  const running = new Map<string, Promise<void>>();

  const start = (step: GraphStep): void => {
    waiting.delete(step.name);
    const ended = effects.run(step.name).then((ok) => {
      if (ok) passed.add(step.name);
      else stopped.set(step.name, step.name);
    });
    running.set(
      step.name,
      ended.finally(() => running.delete(step.name)),
    );
  };

  while (waiting.size > 0 || running.size > 0) {
    for (const step of [...waiting.values()]) {
      const cause = step.after.find((name) => stopped.has(name));
      if (cause !== undefined) {
        waiting.delete(step.name);
        const failed = stopped.get(cause) ?? cause;
        stopped.set(step.name, failed);
        effects.skip(step.name, failed);
      } else if (running.size < effects.concurrency && step.after.every((name) => passed.has(name))) {
        start(step);
      }
    }
    if (running.size === 0) {
      const stuck = [...waiting.keys()];
      if (stuck.length > 0) throw new Error(`Cannot order the steps ${stuck.join(", ")}: they wait for each other.`);
      return;
    }
    try {
      await Promise.race(running.values());
    } catch (error) {
      await Promise.allSettled(running.values());
      throw error;
    }
  }
}
