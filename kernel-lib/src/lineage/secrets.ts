/** What stands in the log in place of a secret. */
export const MASK = "•••";

const ALWAYS = new Set([
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "secrets",
  "credential",
  "credentials",
  "apikey",
]);
const AS_LAST_WORD = new Set(["token", "key"]);
/** Words before `key` that make it a name of a column or a place, which is worth keeping. */
const HARMLESS_KEYS = new Set([
  "primary",
  "foreign",
  "sort",
  "join",
  "group",
  "partition",
  "public",
  "row",
  "cache",
  "object",
  "index",
]);

/** True for names like `apiKey`, `DB_PASSWORD`, `hf-token`; false for `maxTokens`, `joinKey`, `monkey`. */
export function looksSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  if (words.some((word) => ALWAYS.has(word))) return true;
  const last = words.at(-1) ?? "";
  return AS_LAST_WORD.has(last) && !HARMLESS_KEYS.has(words.at(-2) ?? "");
}

/**
 * Strings that carry credentials in themselves: user:password in a URL, secret query values, well-known token shapes.
 * The needle is a cheap test that spares most events the pattern.
 */
const PATTERNS: readonly {
  readonly needle: string | RegExp;
  readonly pattern: RegExp;
  readonly replacement: string;
}[] = [
  { needle: "://", pattern: /(:\/\/)([^\s/?#:@"']*):([^\s/?#@"']+)@/g, replacement: `$1$2:${MASK}@` },
  { needle: "://", pattern: /(:\/\/)([^\s/?#:@"']{8,})@/g, replacement: `$1${MASK}@` },
  {
    needle: /[?&;]/,
    pattern:
      /([?&;](?:[a-z0-9_.-]{0,40}(?:token|password|passwd|secret|signature|api[_-]?key|access[_-]?key)|key|sig)=)[^\s&;#"'\\]+/gi,
    replacement: `$1${MASK}`,
  },
  { needle: /bearer/i, pattern: /\b(Bearer\s+)[\w.~+/-]{12,}=*/gi, replacement: `$1${MASK}` },
  {
    needle: /gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|hf_|sk-|npm_/,
    pattern:
      /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|hf_\w{20,}|sk-[\w-]{20,}|npm_\w{30,})\b/g,
    replacement: MASK,
  },
  { needle: "eyJ", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g, replacement: MASK },
];

export function maskText(text: string): string {
  let masked = text;
  for (const { needle, pattern, replacement } of PATTERNS) {
    if (holds(masked, needle)) masked = masked.replace(pattern, replacement);
  }
  return masked;
}

/** True if `maskText` would change the text. */
export function carriesSecret(text: string): boolean {
  return PATTERNS.some(({ needle, pattern }) => holds(text, needle) && text.search(pattern) >= 0);
}

function holds(text: string, needle: string | RegExp): boolean {
  return typeof needle === "string" ? text.includes(needle) : needle.test(text);
}
