export interface WatchParentOptions {
  readonly onGone: () => void;
  readonly everyMs?: number;
  readonly parent?: () => number;
}

/**
 * Calls back once when the process that started this one is gone (its id changes then). Jupyter may be killed
 * without a chance to end its children, and leaves standard input inherited, so only the id tells.
 */
export function watchParent({ onGone, everyMs = 1000, parent = () => process.ppid }: WatchParentOptions): () => void {
  const born = parent();
  const timer = setInterval(() => {
    if (parent() === born) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
