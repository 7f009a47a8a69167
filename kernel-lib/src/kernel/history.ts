import type { HistoryRequest } from "./requests.js";

/** `[session, line, input]`, or with output `[session, line, [input, output]]`. */
type Entry = readonly [number, number, string | readonly [string, string | null]];

/** The session's inputs, kept in memory. */
export class History {
  readonly #inputs: { readonly count: number; readonly code: string }[] = [];

  add(count: number, code: string): void {
    this.#inputs.push({ count, code });
  }

  query(request: HistoryRequest): Entry[] {
    return this.#select(request).map(({ count, code }) => [1, count, request.output === true ? [code, null] : code]);
  }

  #select({
    hist_access_type: access = "tail",
    n,
    pattern,
    session = 0,
    start = 0,
    stop = null,
  }: HistoryRequest): readonly { count: number; code: string }[] {
    // 0 is this session; only this one is kept.
    if (access === "range")
      return session === 0 || session === 1
        ? this.#inputs.filter(({ count }) => count >= start && (stop === null || count < stop))
        : [];
    const matching =
      access === "search" && pattern !== undefined
        ? this.#inputs.filter(({ code }) => glob(pattern).test(code))
        : this.#inputs;
    return n === undefined || n === null ? matching : matching.slice(Math.max(0, matching.length - n));
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
