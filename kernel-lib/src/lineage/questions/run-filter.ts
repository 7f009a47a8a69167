import type { RunSummary } from "../runs.js";
import { type Field, readField } from "./run-field.js";
import { type Token, tokenize } from "./tokenize.js";

/** True for the runs that are meant. */
export type RunFilter = (run: RunSummary) => boolean;

/**
 * Reads a filter over runs, in the words that MLflow's search has: `metrics.accuracy > 0.9 and params.units in (16, 32)`.
 *
 * Fields: `metrics.NAME`, `params.NAME`, `run`, `kind`, `status`, `notebook`, `author`, `started` (ISO 8601, compared as text)
 * and `duration` (seconds); a name with other characters stands in quotes: `metrics."val loss"`. Operators: `=`, `!=`, `<`, `<=`, `>`,
 * `>=`, `like` and `ilike` (`%` any characters, `_` one), `in (…)`, `is null`, `is not null`; joined by `and`, `or`, `not`
 * and brackets. A comparison with a value that a run does not have is false.
 *
 * @throws RangeError with the place, if it cannot be read
 */
export function parseRunFilter(text: string): RunFilter {
  const parser = new Parser(text);
  const filter = parser.either();
  parser.end();
  return filter;
}

type Value = string | number | boolean;
type Compare = (left: unknown) => boolean;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  either(): RunFilter {
    const parts = [this.#both()];
    while (this.#takes("or")) parts.push(this.#both());
    return parts.length === 1 && parts[0] ? parts[0] : (run) => parts.some((part) => part(run));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected("and, or, or the end");
  }

  #both(): RunFilter {
    const parts = [this.#one()];
    while (this.#takes("and")) parts.push(this.#one());
    return parts.length === 1 && parts[0] ? parts[0] : (run) => parts.every((part) => part(run));
  }

  #one(): RunFilter {
    if (this.#takes("not")) {
      const part = this.#one();
      return (run) => !part(run);
    }
    if (this.#takes("(")) {
      const part = this.either();
      if (!this.#takes(")")) throw this.#unexpected(")");
      return part;
    }
    const field = this.#field();
    const compare = this.#comparison();
    return (run) => compare(field(run));
  }

  #field(): Field {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word") throw this.#unexpected("a field such as metrics.accuracy or status");
    this.#at += 1;
    return readField(token.text);
  }

  #comparison(): Compare {
    if (this.#takes("is")) {
      const isNot = this.#takes("not");
      if (!this.#takes("null")) throw this.#unexpected("null");
      return (left) => (left == null) !== isNot;
    }
    const isNot = this.#takes("not");
    if (this.#takes("in")) {
      const values = this.#list();
      return (left) => left != null && values.some((value) => compareValues(left, value) === 0) !== isNot;
    }
    if (this.#takes("like")) return this.#like("u", isNot);
    if (this.#takes("ilike")) return this.#like("iu", isNot);
    const operator = this.#tokens[this.#at];
    if (isNot || operator?.kind !== "operator") throw this.#unexpected("an operator such as =, > or like");
    this.#at += 1;
    const value = this.#value();
    const accept = ACCEPT[operator.text];
    if (accept === undefined) throw this.#unexpected("an operator such as =, > or like");
    return (left) => left != null && accept(compareValues(left, value));
  }

  #like(flags: string, isNot: boolean): Compare {
    const pattern = String(this.#value()).replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
    const matcher = new RegExp(`^${pattern.replaceAll("%", "[^]*").replaceAll("_", "[^]")}$`, flags);
    return (left) => left != null && matcher.test(String(left)) !== isNot;
  }

  #list(): Value[] {
    if (!this.#takes("(")) throw this.#unexpected("(");
    const values = [this.#value()];
    while (this.#takes(",")) values.push(this.#value());
    if (!this.#takes(")")) throw this.#unexpected(")");
    return values;
  }

  #value(): Value {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "operator" || token.kind === "mark") throw this.#unexpected("a value");
    this.#at += 1;
    if (token.kind === "string") return token.text;
    if (token.kind === "number") return Number(token.text);
    return token.text === "true" ? true : token.text === "false" ? false : token.text;
  }

  #takes(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "string" || token.text.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  #unexpected(wanted: string): RangeError {
    const token = this.#tokens[this.#at];
    const found = token === undefined ? "its end" : `"${token.text}" at character ${token.at + 1}`;
    return new RangeError(`Cannot read the filter ${JSON.stringify(this.#text)}: expected ${wanted}, found ${found}`);
  }
}

const ACCEPT: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:/;

/** Numbers by size, all else as text; NaN where they cannot be compared, so that no comparison but `!=` holds. */
function compareValues(left: unknown, right: Value): number {
  if (typeof right === "number") {
    // Params may be text that is a number.
    const number = typeof left === "string" && left.trim() !== "" ? Number(left) : left;
    if (typeof number === "number" && !(typeof left === "string" && Number.isNaN(number)))
      return number === right ? 0 : number - right;
  }
  const a = asText(left);
  // As lists show a moment.
  const b = MOMENT.test(a) ? asText(right).replace(/^(\d{4}-\d\d-\d\d) (?=\d\d:)/, "$1T") : asText(right);
  return a === b ? 0 : a < b ? -1 : 1;
}

function asText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
