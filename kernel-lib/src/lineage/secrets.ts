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

/** What several patterns need: one look for each spares nearly every event the rest. */
const SOME_WORD = /passw|pwd|passphrase|secret|token|key|sig|bearer|authorization/i;
const SOME_SIGN = /:\/\/|eyJ|hooks\.slack/;
const SECRET_WORD = /passw|pwd|passphrase|secret|token|key/i;
/** Names of which the value is masked in running text, where `key` and `token` alone say too little. */
const SECRET_NAME =
  "\\b[\\w.-]{0,40}?(?:passw(?:or)?d|pwd|passphrase|(?:client|app|shared|api|jwt|session|webhook)[_-]?secret|secret[_-]?(?:access[_-]?)?key|(?:api|access|account|private|auth|shared[_-]?access)[_-]?key|(?:access|auth|api|refresh|session|bearer|bot|hf|github|gitlab|npm|pypi)[_-]?token)";

/**
 * Strings that carry credentials in themselves: user:password in a URL, secret query values, well-known token shapes.
 * The needle is a cheap test that spares most events the pattern.
 */
const PATTERNS: readonly {
  readonly needle: string | RegExp;
  /** Where nothing is found in a text without a match of this. */
  readonly unless?: RegExp;
  readonly pattern: RegExp;
  readonly replacement: string;
}[] = [
  // A password may hold an @ of its own: the last one before the path ends it.
  { needle: "://", unless: SOME_SIGN, pattern: /(:\/\/)([^\s/?#:@"']*):([^\s/?#"']+)@/g, replacement: `$1$2:${MASK}@` },
  { needle: "://", unless: SOME_SIGN, pattern: /(:\/\/)([^\s/?#:@"']{8,})@/g, replacement: `$1${MASK}@` },
  {
    needle: /[?&;]/,
    unless: SOME_WORD,
    pattern:
      /([?&;](?:[a-z0-9_.-]{0,40}(?:token|password|passwd|secret|signature|api[_-]?key|access[_-]?key)|key|sig)=)[^\s&;#"'\\]+/gi,
    replacement: `$1${MASK}`,
  },
  {
    needle: "hooks.slack.com/",
    unless: SOME_SIGN,
    pattern: /(hooks\.slack\.com\/(?:services|workflows)\/)[\w/-]{8,}/g,
    replacement: `$1${MASK}`,
  },
  { needle: /bearer/i, unless: SOME_WORD, pattern: /\b(Bearer\s+)[\w.~+/-]{12,}=*/gi, replacement: `$1${MASK}` },
  {
    needle: /authorization/i,
    unless: SOME_WORD,
    pattern: /\b(authorization\\?["']?\s*[:=]\s*\\?["']?(?:basic|token)\s+)[\w.~+/:-]{6,}=*/gi,
    replacement: `$1${MASK}`,
  },
  // Connection strings, lines of .env files and shells: `Password=hunter2;`, `host=db password=hunter2`, `API_KEY=…`.
  {
    needle: SECRET_WORD,
    unless: SOME_WORD,
    pattern: new RegExp(
      `(${SECRET_NAME}=)(?!=|(?:true|false|null|none|undefined)\\b|[$<{(\\[•])[^\\s;,&|)\\]}"'\\\\]{4,}`,
      "gi",
    ),
    replacement: `$1${MASK}`,
  },
  // Literals in code and JSON: `password: "hunter2"`, `const apiKey = 'hunter2'`.
  {
    needle: SECRET_WORD,
    unless: SOME_WORD,
    pattern: new RegExp(
      `(${SECRET_NAME}\\\\?["']?\\s*(?:=|:)\\s*\\\\?(["'\`]))(?!•)[^"'\`\\s\\\\]{4,}(?=\\\\?\\2)`,
      "gi",
    ),
    replacement: `$1${MASK}`,
  },
  {
    needle:
      // With the pattern's own \b it is twice as quick.
      /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|xapp-|AKIA|ASIA|hf_|sk-|[rs]k_|npm_|AIza|SG\.|dapi|dop_v1_|pypi-|ya29\.|GOCSPX-)/,
    pattern:
      /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|xapp-[\w-]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}|hf_[A-Za-z0-9]{20,}|sk-(?=[\w-]*\d)[\w-]{20,}|[rs]k_(?:live|test)_\w{16,}|npm_\w{30,}|AIza[\w-]{35}|SG\.[\w-]{16,}\.[\w-]{16,}|dapi[0-9a-f]{32}|dop_v1_[0-9a-f]{40,}|pypi-[\w-]{40,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})\b/g,
    replacement: MASK,
  },
  { needle: "eyJ", unless: SOME_SIGN, pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g, replacement: MASK },
  {
    needle: "PRIVATE KEY",
    unless: SOME_WORD,
    pattern:
      /(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)[^-]+(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?/g,
    replacement: `$1${MASK}`,
  },
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
  const [hasWord, hasSign] = [SOME_WORD.test(text), SOME_SIGN.test(text)];
  return PATTERNS.some(({ needle, unless, pattern }) => {
    if ((unless === SOME_WORD && !hasWord) || (unless === SOME_SIGN && !hasSign)) return false;
    return holds(text, needle) && text.search(pattern) >= 0;
  });
}

function holds(text: string, needle: string | RegExp): boolean {
  return typeof needle === "string" ? text.includes(needle) : needle.test(text);
}
