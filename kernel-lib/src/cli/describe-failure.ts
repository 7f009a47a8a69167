/** What a command tells of an error: those that are meant for the person are a sentence; others are a fault of Tagline's own, and keep their stack. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isSentence =
    ["UsageError", "NotebookError", "UnknownNameError"].includes(error.name) || error.message.startsWith("Cannot ");
  return isSentence ? error.message : (error.stack ?? error.message);
}
