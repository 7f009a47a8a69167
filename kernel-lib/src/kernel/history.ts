import type { HistoryRequest } from "./requests.js";

interface Input {
  readonly count: number;
  readonly code: string;
}

/** `[session, line, input]`, or with output `[session, line, [input, output]]`. */
type Entry = readonly [number, number, string | readonly [string, string | null]];

/** The session's inputs, kept in memory. */
export class History {
  readonly #inputs: Input[] = [];

  add(count: number, code: string): void {
    this.#inputs.push({ count, code });
  }

  query(request: HistoryRequest): Entry[] {
    return this.#select(request).map(({ count, code }) => [1, count, request.output === true ? [code, null] : code]);
  }

  #select({ hist_access_type: access = "tail", ...request }: HistoryRequest): readonly Input[] {
    if (access === "range") return this.#range(request);
    const found = access === "search" ? this.#search(request) : this.#inputs;
    const { n } = request;
    return n === undefined || n === null ? found : found.slice(Math.max(0, found.length - n));
  }

  /** 0 is this session; only this one is kept. */
  #range({ session = 0, start = 0, stop = null }: HistoryRequest): readonly Input[] {
    if (session !== 0 && session !== 1) return [];
    return this.#inputs.filter(({ count }) => count >= start && (stop === null || count < stop));
  }

  #search({ pattern = "*", unique = false }: HistoryRequest): readonly Input[] {
    const wanted = glob(pattern);
    const found = this.#inputs.filter(({ code }) => wanted.test(code));
    // Of equal inputs the last one.
    return unique ? [...new Map(found.map((input) => [input.code, input])).values()] : found;
  }
}

/** `*` and `?` as in a shell; the whole input has to fit. */
function glob(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`, "s");
}
