/** What a running step's process does when its code tells of a cell or shows a value. */
export interface StepSession {
  begin(cellId: string, seed: number): void;
  show(value: unknown): void;
}

let session: StepSession | null = null;

/** Called once by a step's process, before the step's module is loaded. */
export function setStepSession(next: StepSession): void {
  session = next;
}

/**
 * In a step's code: the notebook's cell `id` begins here. What happens from now on is recorded as that cell's, and
 * `Math.random` restarts from `seed`, as it did in the notebook. Does nothing when the module is used by other code.
 */
export function cell(id: string, seed: number): void {
  session?.begin(id, seed);
}

/** In a step's code: displays a value as the notebook does with a cell's last expression. */
export function show(value: unknown): void {
  if (session !== null) session.show(value);
  else if (value !== undefined) console.log(value);
}
