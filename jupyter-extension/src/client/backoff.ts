/** Milliseconds to wait before try `attempt` (from 0): 0.5 s doubling up to 15 s. */
export function backoffMs(attempt: number): number {
  return Math.min(500 * 2 ** attempt, 15_000);
}
