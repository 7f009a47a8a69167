/** A piece of a filter, with the offset where it begins. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "operator" | "mark";
  readonly text: string;
  readonly at: number;
}

// Numbers come before words, so that 1e5 is one; a word may hold a quoted part: metrics."val loss".
const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["number", /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.:-])/y],
  ["string", /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ["word", /[\p{L}\d_$](?:[\p{L}\d_$./:@+-]|(?<=\.)(?:"[^"]*"|`[^`]*`))*/uy],
  ["operator", /==|!=|<>|<=|>=|=|<|>/y],
  ["mark", /[(),]/y],
];

/** @throws RangeError at the first character that begins nothing */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token = next(text, at);
    if (token === null)
      throw new RangeError(
        `Cannot read the filter ${JSON.stringify(text)}: ${JSON.stringify(text.slice(at, at + 10))} at character ${at + 1} begins no field, value or operator`,
      );
    tokens.push(token.token);
    at = token.end;
  }
  return tokens;
}

function next(text: string, at: number): { readonly token: Token; readonly end: number } | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const quote = found.charAt(0);
    const inner = kind === "string" ? found.slice(1, -1).replaceAll(quote + quote, quote) : found;
    return { token: { kind, text: inner, at }, end: at + found.length };
  }
  return null;
}
