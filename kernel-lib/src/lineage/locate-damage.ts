import { hash } from "node:crypto";
import { isPersonLine } from "./people.js";
import { type Batch, commitOf, erasedHash, hashLine, linesOf, SUM_DIGITS } from "./segment.js";

/** The first wrong byte of a batch. */
export interface Damage {
  /** From the start of the batch. */
  readonly offset: number;
  /** From the first of the batch, counted from 0. */
  readonly line: number;
  /** What must stand there: a byte as JSON text where it is known, else a hash, or what a person can look for. */
  readonly expected: string;
  readonly found: string;
}

const NEWLINE = 0x0a;

/**
 * Where a batch that does not match its commit was changed first. With the sums of the lines in the commit that is the line, and
 * the byte itself where one byte was changed, dropped or put in; in the first format, which has none, the batch.
 *
 * @param searchBytes longer lines are not searched for the one byte
 */
export function locateDamage(
  bytes: Buffer,
  batch: Pick<Batch, "body" | "commit">,
  previousHash: string,
  searchBytes: number,
): Damage {
  const lines = linesOf(batch.body);
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  const at = (line: number, within: number, expected: string, found: string): Damage => ({
    offset: (starts[line] ?? start) + within,
    line,
    expected,
    found,
  });
  const broken = brokenCommit(lines, previousHash);
  if (broken !== null) return at(broken.line, broken.within, broken.expected, broken.found);
  const sums = batch.commit.lines?.match(new RegExp(`.{1,${SUM_DIGITS}}`, "g")) ?? null;
  const expected = commitOf(lines, previousHash);
  if (sums !== null) {
    const found = lines.map((line) => sumOf(line));
    const wrong = sums.findIndex((sum, index) => sum !== found[index]);
    const first = wrong < 0 ? (found.length > sums.length ? sums.length : -1) : wrong;
    // A commit whose hash and count are right but whose sums are not was itself changed.
    if (first >= 0 && expected.hash !== batch.commit.hash) {
      const line = lines[first];
      if (line === undefined) return at(first, 0, `a line of sum ${sums[first]}`, "the end of the batch");
      const place = placeIn(line, sums[first] ?? "", lines[first + 1], searchBytes);
      if (place !== null) return at(first, place.within, place.expected, place.found);
      return at(first, 0, describe(sums, found, first), `a line of sum ${found[first]}`);
    }
  } else {
    const bad = lines.findIndex((line) => !isEvent(line));
    if (bad >= 0) return at(bad, 0, "an event, as JSON", lines[bad]?.toString("utf8", 0, 40) ?? "");
    return at(0, 0, `a batch of hash ${batch.commit.hash}`, "another one");
  }
  const [wanted, stands] = [Buffer.from(`${JSON.stringify(expected)}\n`), bytes.subarray(batch.body.length)];
  const within = firstDifference(wanted, stands);
  return at(lines.length, within, show(wanted[within]), show(stands[within]));
}

/** The same for what follows the last batch that can be told, where a head says that there was a whole one. */
export function locateBrokenCommit(rest: Buffer, previousHash: string): Damage | null {
  const lines = linesOf(rest);
  const broken = brokenCommit(lines, previousHash);
  if (broken === null) return null;
  const offset = lines.slice(0, broken.line).reduce((sum, line) => sum + line.length + 1, 0) + broken.within;
  return { offset, line: broken.line, expected: broken.expected, found: broken.found };
}

/** Where a lone commit line among the events should be one: its own batch runs into the next. */
function brokenCommit(
  lines: readonly Buffer[],
  previousHash: string,
): { line: number; within: number; expected: string; found: string } | null {
  for (const [index, line] of lines.entries()) {
    if (isEvent(line) || erasedHash(line) !== null || isPersonLine(line)) continue;
    const joined = line.indexOf('}{"n":');
    if (joined >= 0 && isEvent(line.subarray(0, joined + 1)))
      return { line: index, within: joined + 1, expected: show(NEWLINE), found: show(line[joined + 1]) };
    if (index === 0) continue;
    const wanted = Buffer.from(`${JSON.stringify(commitOf(lines.slice(0, index), previousHash))}\n`);
    const stands = Buffer.concat([line, Buffer.of(NEWLINE)]);
    const within = firstDifference(wanted, stands);
    // Alike from where they differ, give or take a byte; or cut by a line's end.
    const isCommit =
      within > 40 ||
      wanted.subarray(within + 1).equals(stands.subarray(within + 1)) ||
      wanted.subarray(within + 1).equals(stands.subarray(within)) ||
      wanted.subarray(within).equals(stands.subarray(within + 1)) ||
      (within === line.length && within > 0);
    if (isCommit) return { line: index, within, expected: show(wanted[within]), found: show(stands[within]) };
  }
  return null;
}

/** The one byte that makes the line what its sum says, if there is one. */
function placeIn(
  line: Buffer,
  sum: string,
  next: Buffer | undefined,
  searchBytes: number,
): { within: number; expected: string; found: string } | null {
  if (next !== undefined && sumOf(Buffer.concat([line, next])) === sum)
    return { within: line.length, expected: show(next[0]), found: show(NEWLINE) };
  if (line.length > searchBytes) return null;
  const copy = Buffer.from(line);
  for (let index = 0; index < line.length; index += 1) {
    const own = line[index];
    for (let byte = 0; byte < 256; byte += 1) {
      copy[index] = byte;
      if (byte !== own && sumOf(copy) === sum) return { within: index, expected: show(byte), found: show(own) };
    }
    copy[index] = own ?? 0;
  }
  for (let index = 0; index < line.length; index += 1) {
    if (sumOf(line.subarray(0, index)) === sum)
      return { within: index, expected: show(NEWLINE), found: show(line[index]) };
    const without = Buffer.concat([line.subarray(0, index), line.subarray(index + 1)]);
    if (sumOf(without) === sum)
      return { within: index, expected: show(line[index + 1] ?? NEWLINE), found: show(line[index]) };
  }
  const longer = Buffer.alloc(line.length + 1);
  for (let index = 0; index <= line.length; index += 1) {
    line.copy(longer, 0, 0, index);
    line.copy(longer, index + 1, index);
    for (let byte = 0; byte < 256; byte += 1) {
      longer[index] = byte;
      if (sumOf(longer) === sum) return { within: index, expected: show(byte), found: show(line[index] ?? NEWLINE) };
    }
  }
  return null;
}

function describe(sums: readonly string[], found: readonly (string | undefined)[], first: number): string {
  const sum = sums[first] ?? "";
  if (first >= sums.length) return "the end of the batch";
  if (found[first] === sums[first + 1] && found.length < sums.length)
    return `a line of sum ${sum}, which was taken out`;
  if (found[first + 1] === sum && found.length > sums.length) return `the line after it; this one was put in`;
  const elsewhere = found.indexOf(sum);
  return elsewhere > first
    ? `the line of sum ${sum}, which now stands ${elsewhere - first} lines below`
    : `a line of sum ${sum}`;
}

function sumOf(line: Buffer): string {
  return (erasedHash(line) === null ? hash("sha256", line) : hashLine(line)).slice(0, SUM_DIGITS);
}

function isEvent(line: Buffer): boolean {
  if (!line.subarray(0, 5).equals(Buffer.from('{"v":'))) return false;
  try {
    JSON.parse(line.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

function firstDifference(a: Buffer, b: Buffer): number {
  const end = Math.max(a.length, b.length);
  for (let index = 0; index < end; index += 1) if (a[index] !== b[index]) return index;
  return end;
}

/** A byte as a person reads it. */
function show(byte: number | undefined): string {
  if (byte === undefined) return "the end of the file";
  return byte >= 0x20 && byte < 0x7f
    ? JSON.stringify(String.fromCharCode(byte))
    : byte === NEWLINE
      ? '"\\n"'
      : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
