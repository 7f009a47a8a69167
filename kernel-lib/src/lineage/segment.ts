import { createHash } from "node:crypto";

/**
 * A segment is one writer's file: batches of event lines, each batch ended by a commit line
 * `{"n":count,"hash":"…"}` whose hash is sha256(previous commit's hash + the batch's raw bytes), the first one
 * chained to the writer's own id. Bytes after the last commit were never acknowledged.
 */
export interface Commit {
  /** Events in the batch. */
  readonly n: number;
  readonly hash: string;
}

const NEWLINE = 0x0a;
/** Events begin with `{"v":`, so the second letter tells the two apart. */
const COMMIT_START = Buffer.from('{"n":');

export function encodeBatch(
  lines: readonly string[],
  previousHash: string,
): { readonly bytes: Buffer; readonly hash: string } {
  const body = Buffer.from(`${lines.join("\n")}\n`);
  const hash = hashBatch(previousHash, body);
  return {
    bytes: Buffer.concat([body, Buffer.from(`${JSON.stringify({ n: lines.length, hash } satisfies Commit)}\n`)]),
    hash,
  };
}

export function hashBatch(previousHash: string, body: Uint8Array): string {
  return createHash("sha256").update(previousHash).update(body).digest("hex");
}

/** One batch found in a buffer. Offsets count from the buffer's start. */
export interface Batch {
  /** The event lines' raw bytes, newlines included. */
  readonly body: Buffer;
  readonly commit: Commit;
  readonly start: number;
  /** Just after the commit line. */
  readonly end: number;
}

/** The complete batches at the start of a buffer. What follows the last one is not (yet) committed. */
export function* splitBatches(bytes: Buffer): Generator<Batch> {
  let start = 0;
  let line = 0;
  for (let newline = bytes.indexOf(NEWLINE); newline >= 0; newline = bytes.indexOf(NEWLINE, line)) {
    if (bytes[line + 2] === 0x6e && bytes.subarray(line, line + COMMIT_START.length).equals(COMMIT_START)) {
      const commit = parseCommit(bytes.toString("utf8", line, newline));
      if (commit) {
        yield { body: bytes.subarray(start, line), commit, start, end: newline + 1 };
        start = newline + 1;
      }
    }
    line = newline + 1;
  }
}

function parseCommit(text: string): Commit | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("n" in value) || !("hash" in value)) return null;
    const { n, hash } = value;
    return typeof n === "number" && typeof hash === "string" ? { n, hash } : null;
  } catch {
    return null;
  }
}
