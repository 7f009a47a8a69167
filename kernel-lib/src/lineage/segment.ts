import { createHash, hash } from "node:crypto";
import { isPersonLine } from "./people.js";

/**
 * A segment is one writer's file: batches of event lines, each batch ended by a commit line
 * `{"n":count,"hash":"…","lines":"…"}`. Its hash is sha256(previous commit's hash + sha256 of each line, all in hex), the
 * first one chained to the writer's own id; `lines` has the first eight digits of each line's sha256, which tell the
 * line that was changed from the others of its batch. Bytes after the last commit were never acknowledged.
 *
 * A line that says who writes (see `people.ts`) is hashed like the others, and counts for no event. An erased line leaves
 * `{"erased":"sha256 of the line"}` in its place, so that the chain stays as it was; one that said who wrote has `"was":"author"`, too.
 *
 * The first format had no `lines`, and hashed the batch's raw bytes; an erasure in one of its batches adds `kept`, a
 * hash as of today over what is left, and the chain goes on from the old hash.
 */
export interface Commit {
  /** Events in the batch, erased ones included. */
  readonly n: number;
  readonly hash: string;
  readonly lines?: string;
  readonly kept?: string;
}

const NEWLINE = 0x0a;
/** Events begin with `{"v":`, so the second letter tells the two apart. */
const COMMIT_START = Buffer.from('{"n":');
const ERASED = /^\{"erased":"([0-9a-f]{64})"(,"was":"author")?\}$/;
const ERASED_LENGTH = 77;
const ERASED_PERSON_LENGTH = ERASED_LENGTH + ',"was":"author"'.length;
/** Digits of a line's hash that stand in the commit. */
export const SUM_DIGITS = 8;

export function encodeBatch(
  lines: readonly string[],
  previousHash: string,
): { readonly bytes: Buffer; readonly hash: string } {
  return new BatchEncoder().encode(lines, previousHash);
}

/** Encodes one batch after the other into the same memory. */
export class BatchEncoder {
  #memory = Buffer.allocUnsafeSlow(1 << 12);

  /** The bytes are overwritten by the next call. */
  encode(
    lines: readonly string[],
    previousHash: string,
  ): { readonly bytes: Buffer; readonly hash: string; readonly events: number } {
    const commit = commitOf(lines, previousHash);
    const text = `${lines.join("\n")}\n${JSON.stringify(commit)}\n`;
    // A letter is three bytes at most; a pair of surrogates, four for two.
    if (this.#memory.length < text.length * 3) this.#memory = Buffer.allocUnsafeSlow(text.length * 3);
    const bytes = this.#memory.subarray(0, this.#memory.write(text, "utf8"));
    // One large batch does not hold its memory for as long as the log is open.
    if (this.#memory.length > KEPT_BYTES) this.#memory = Buffer.allocUnsafeSlow(1 << 12);
    return { bytes, hash: commit.hash, events: commit.n };
  }
}

const KEPT_BYTES = 1 << 20;

/** The commit that ends a batch of these lines. */
export function commitOf(lines: readonly (string | Buffer)[], previousHash: string): Commit {
  const hashes = lines.map(hashLine);
  return {
    n: lines.reduce((count, line) => count + (isPersonLine(line) || isErasedPerson(line) ? 0 : 1), 0),
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
  if (line.length !== ERASED_LENGTH && line.length !== ERASED_PERSON_LENGTH) return null;
  if ((typeof line === "string" ? line.charCodeAt(2) : line[2]) !== 0x65) return null;
  return ERASED.exec(line.toString())?.[1] ?? null;
}

/** True for an erased line that said who wrote. */
export function isErasedPerson(line: string | Buffer): boolean {
  return line.length === ERASED_PERSON_LENGTH && erasedHash(line) !== null;
}

export function tombstone(line: string | Buffer): string {
  return JSON.stringify({ erased: hashLine(line), ...(isPersonLine(line) ? { was: "author" } : {}) });
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
