import { createHash, hash } from "node:crypto";

/**
 * A segment is one writer's file: batches of event lines, each batch ended by a commit line
 * `{"n":count,"hash":"…","lines":"…"}`. Its hash is sha256(previous commit's hash + sha256 of each line, all in hex), the
 * first one chained to the writer's own id; `lines` has the first eight digits of each line's sha256, which tell the
 * line that was changed from the others of its batch. Bytes after the last commit were never acknowledged.
 *
 * An erased line leaves `{"erased":"sha256 of the line"}` in its place, so that the chain stays as it was.
 *
 * The first format had no `lines`, and hashed the batch's raw bytes; an erasure in one of its batches adds `kept`, a
 * hash as of today over what is left, and the chain goes on from the old hash.
 */
export interface Commit {
  /** Lines in the batch, erased ones included. */
  readonly n: number;
  readonly hash: string;
  readonly lines?: string;
  readonly kept?: string;
}

const NEWLINE = 0x0a;
/** Events begin with `{"v":`, so the second letter tells the two apart. */
const COMMIT_START = Buffer.from('{"n":');
const ERASED = /^\{"erased":"([0-9a-f]{64})"\}$/;
/** Digits of a line's hash that stand in the commit. */
export const SUM_DIGITS = 8;

export function encodeBatch(
  lines: readonly string[],
  previousHash: string,
): { readonly bytes: Buffer; readonly hash: string } {
  const commit = commitOf(lines, previousHash);
  return { bytes: Buffer.from(`${lines.join("\n")}\n${JSON.stringify(commit)}\n`), hash: commit.hash };
}

/** The commit that ends a batch of these lines. */
export function commitOf(lines: readonly (string | Buffer)[], previousHash: string): Commit {
  const hashes = lines.map(hashLine);
  return {
    n: lines.length,
    hash: hash("sha256", previousHash + hashes.join("")),
    lines: hashes.map((each) => each.slice(0, SUM_DIGITS)).join(""),
  };
}

/** sha256 (hex) of a line without its newline; of an erased line, of what it was. */
export function hashLine(line: string | Buffer): string {
  return erasedHash(line) ?? hash("sha256", line);
}

/** What an erased line once hashed to; null for any other line. */
export function erasedHash(line: string | Buffer): string | null {
  if (line.length !== 77 || (typeof line === "string" ? line.charCodeAt(2) : line[2]) !== 0x65) return null;
  return ERASED.exec(line.toString())?.[1] ?? null;
}

export function tombstone(line: string | Buffer): string {
  return JSON.stringify({ erased: hashLine(line) });
}

/** True if the batch's lines are those that its commit was made for. */
export function matchesCommit(previousHash: string, { body, commit }: Pick<Batch, "body" | "commit">): boolean {
  if (commit.lines !== undefined) {
    const expected = commitOf(linesOf(body), previousHash);
    return expected.hash === commit.hash && expected.lines === commit.lines && expected.n === commit.n;
  }
  if (commit.kept !== undefined) {
    const lines = linesOf(body);
    return lines.length === commit.n && keptHash(lines, previousHash, commit.hash) === commit.kept;
  }
  return createHash("sha256").update(previousHash).update(body).digest("hex") === commit.hash;
}

/** What stands in for the hash of an erased batch of the first format. */
export function keptHash(lines: readonly (string | Buffer)[], previousHash: string, ownHash: string): string {
  return commitOf(lines, `${previousHash}${ownHash}`).hash;
}

/** The lines of a batch's body, without their newlines. */
export function linesOf(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let newline = body.indexOf(NEWLINE); newline >= 0; newline = body.indexOf(NEWLINE, start)) {
    lines.push(body.subarray(start, newline));
    start = newline + 1;
  }
  if (start < body.length) lines.push(body.subarray(start));
  return lines;
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

/** As it was written; null for a line that is none, or was touched. */
function parseCommit(text: string): Commit | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("n" in value) || !("hash" in value)) return null;
    const { n, hash } = value;
    if (typeof n !== "number" || typeof hash !== "string") return null;
    return {
      n,
      hash,
      ...("lines" in value && typeof value.lines === "string" ? { lines: value.lines } : {}),
      ...("kept" in value && typeof value.kept === "string" ? { kept: value.kept } : {}),
    };
  } catch {
    return null;
  }
}
