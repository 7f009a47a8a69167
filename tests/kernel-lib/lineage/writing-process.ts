import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a process said that wrote to a log. */
export interface Written {
  /** Null if it came to an end before it had a log. */
  readonly writer: string | null;
  /** The number of the last event whose commit was acknowledged. */
  readonly acknowledged: number;
}

/**
 * Lets a process of its own write, and resolves once it is gone.
 *
 * @param killAfterMs when to kill -9 it, counted from its first words; null: never
 */
export async function letWrite(
  root: string,
  { count, killAfterMs = null }: { readonly count?: number; readonly killAfterMs?: number | null } = {},
): Promise<Written> {
  const script = fileURLToPath(new URL("writing-process.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, root, ...(count === undefined ? [] : [String(count)])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    if (text === "" && killAfterMs !== null) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    text += part.toString();
  });
  await once(child, "close");
  // The last line may be cut.
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .trim()
    .split("\n");
  return { writer: lines[0] || null, acknowledged: lines.length > 1 ? Number(lines.at(-1)) : 0 };
}
