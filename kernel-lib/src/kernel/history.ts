import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ulid } from "ulid";
import type { HistoryRequest } from "./requests.js";

interface Input {
  /** ULID of the session. */
  readonly session: string;
  readonly count: number;
  readonly code: string;
  /** Text of its result; of this session only. */
  output?: string;
}

/** `[session, line, input]`, or with output `[session, line, [input, output]]`. Sessions count from 1, this one is the last. */
type Entry = readonly [number, number, string | readonly [string, string | null]];

/** From this size on the file is cut to its newest inputs when a kernel starts. Bytes. */
const CUT_FROM = 4 * 1024 * 1024;
const CUT_TO = 5000;

/** Inputs of this session and of those before it, in a file that several kernels may write at once. */
export class History {
  readonly #file: string | null;
  readonly #session = ulid();
  readonly #own: Input[] = [];

  /** @param file null: nothing is kept. It is made when there is something to keep. */
  constructor(file: string | null = null) {
    this.#file = file;
    if (file !== null) cut(file);
  }

  add(count: number, code: string): void {
    const input = { session: this.#session, count, code };
    this.#own.push(input);
    if (this.#file === null) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      // One write at the end of the file: those of other kernels stand before or after it, never inside.
      appendFileSync(this.#file, `${JSON.stringify(input)}\n`, { mode: 0o600 });
    } catch {
      // A history that cannot be kept is no reason to stop a cell.
    }
  }

  setOutput(count: number, output: string): void {
    const input = this.#own.findLast((one) => one.count === count);
    if (input !== undefined) input.output = output;
  }

  query(request: HistoryRequest): Entry[] {
    const before = this.#before();
    const sessions = [...new Set(before.map(({ session }) => session)), this.#session];
    const numbers = new Map(sessions.map((session, index) => [session, index + 1]));
    return select([...before, ...this.#own], sessions, request).map(({ session, count, code, output = null }) => [
      numbers.get(session) ?? 0,
      count,
      request.output === true ? [code, output] : code,
    ]);
  }

  #before(): Input[] {
    return this.#file === null ? [] : read(this.#file).filter(({ session }) => session !== this.#session);
  }
}

function select(all: readonly Input[], sessions: readonly string[], request: HistoryRequest): readonly Input[] {
  const { hist_access_type: access = "tail", n } = request;
  if (access === "range") return range(all, sessions, request);
  const found = access === "search" ? search(all, request) : all;
  return n === undefined || n === null ? found : found.slice(Math.max(0, found.length - n));
}

/** Session 0 is this one, -1 the one before it, 1 the oldest. */
function range(
  all: readonly Input[],
  sessions: readonly string[],
  { session = 0, start = 0, stop = null }: HistoryRequest,
): readonly Input[] {
  const wanted = session <= 0 ? sessions.at(session - 1) : sessions[session - 1];
  return all.filter((one) => one.session === wanted && one.count >= start && (stop === null || one.count < stop));
}

function search(all: readonly Input[], { pattern = "*", unique = false }: HistoryRequest): readonly Input[] {
  const wanted = glob(pattern);
  const found = all.filter(({ code }) => wanted.test(code));
  if (!unique) return found;
  // Of equal inputs the last one, in its own place.
  const last = new Map(found.map((input) => [input.code, input]));
  return found.filter((input) => last.get(input.code) === input);
}

/** `*` and `?` as in a shell; the whole input has to fit. */
function glob(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`, "s");
}

function read(file: string): Input[] {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const input: unknown = JSON.parse(line);
      return isInput(input) ? [input] : [];
    } catch {
      // A line that a full disk tore.
      return [];
    }
  });
}

function isInput(value: unknown): value is Input {
  if (typeof value !== "object" || value === null) return false;
  const { session, count, code } = value as Partial<Record<string, unknown>>;
  return typeof session === "string" && typeof count === "number" && typeof code === "string";
}

function cut(file: string): void {
  try {
    if (statSync(file).size < CUT_FROM) return;
    const kept = read(file).slice(-CUT_TO);
    const partial = `${file}.${process.pid}.tmp`;
    writeFileSync(partial, kept.map((input) => `${JSON.stringify(input)}\n`).join(""), { mode: 0o600 });
    renameSync(partial, file);
  } catch {
    // Not there yet, or not ours.
  }
}
