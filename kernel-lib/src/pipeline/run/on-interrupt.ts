/**
 * Tells of the first Ctrl-C (SIGINT) or SIGTERM; a second one ends the process at once, as always.
 *
 * @returns stops listening
 */
export function onInterrupt(cancel: () => void): () => void {
  process.once("SIGINT", cancel);
  process.once("SIGTERM", cancel);
  return () => {
    process.off("SIGINT", cancel);
    process.off("SIGTERM", cancel);
  };
}
