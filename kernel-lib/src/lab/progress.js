/**
 * Tells how the preparation goes, one line per stage with its time.
 *
 * @typedef {ReturnType<typeof createProgress>} Progress
 */

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean }} stream
 * @param {() => number} [now] milliseconds
 */
export function createProgress(stream, now = () => performance.now()) {
  return {
    /**
     * @param {string} label
     * @param {() => Promise<string | null>} work returns what was done, null for nothing
     */
    async stage(label, work) {
      const started = now();
      if (stream.isTTY) stream.write(`${label.padEnd(22)}…`);
      let outcome = "failed";
      try {
        outcome = (await work()) ?? "unchanged";
      } finally {
        const seconds = ((now() - started) / 1000).toFixed(1);
        stream.write(
          `${stream.isTTY ? "\r\x1b[K" : ""}${label.padEnd(22)}${outcome.padEnd(36)}${seconds.padStart(6)} s\n`,
        );
      }
    },
    /** @param {string} line */
    note(line) {
      stream.write(`${line}\n`);
    },
  };
}
