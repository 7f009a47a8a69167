import type { LineageEvent } from "./events.js";
import { hasOddNumbers } from "./odd-numbers.js";

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

function holds(text: string, needle: string | RegExp): boolean {
  return typeof needle === "string" ? text.includes(needle) : needle.test(text);
}

/** JSON has no place for some numbers: they are written as strings. */
function stringify(value: unknown, mask: (text: string) => string = (text) => text): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "string") return mask(inner);
    return (typeof inner === "number" && !Number.isFinite(inner)) || typeof inner === "bigint" ? String(inner) : inner;
  });
}

/** The quick way for nearly all events, which a look at every value would slow down several times. */
function quickStringify(value: { readonly event: LineageEvent }): string {
  if (hasOddNumbers(value.event)) return stringify(value);
  try {
    return JSON.stringify(value);
  } catch {
    // A bigint among the params.
    return stringify(value);
  }
}

/**
 * Writes events as JSON without their secrets. Values of params whose name looks secret are masked wherever
 * they turn up from then on, in an error's message too, so it remembers them for as long as the log is open.
 */
export class SecretMask {
  readonly #known = new Set<string>();

  toJson(value: { readonly event: LineageEvent }): string {
    const event = this.#maskParams(value.event);
    const whole = event === value.event ? value : { ...value, event };
    const json = quickStringify(whole);
    if (!this.#suspicious(json)) return json;
    return stringify(whole, (text) => this.#maskString(text));
  }

  #maskParams(event: LineageEvent): LineageEvent {
    if (event.kind === "run.started") {
      const entries = Object.entries(event.params);
      if (!entries.some(([name]) => looksSecret(name))) return event;
      return {
        ...event,
        params: Object.fromEntries(
          entries.map(([name, value]) => [name, looksSecret(name) ? this.#hide(value) : value]),
        ),
      };
    }
    if (event.kind === "cell.finished") {
      const trace = this.#maskTrace(event.trace);
      return trace === event.trace ? event : { ...event, trace };
    }
    if (event.kind === "step.finished") {
      const cells = event.cells.map((trace) => this.#maskTrace(trace));
      return cells.some((trace, index) => trace !== event.cells[index]) ? { ...event, cells } : event;
    }
    return event;
  }

  #maskTrace<
    T extends {
      readonly params: readonly { readonly name: string; readonly value: unknown; readonly default: unknown }[];
    },
  >(trace: T): T {
    if (!trace.params.some((param) => looksSecret(param.name))) return trace;
    const params = trace.params.map((param) => {
      if (!looksSecret(param.name)) return param;
      // Choices would list the secret among others.
      const { choices: _choices, ...rest } = param as typeof param & { choices?: unknown };
      return {
        ...rest,
        value: this.#hide(param.value),
        default: param.default == null ? param.default : this.#hide(param.default),
      };
    });
    return { ...trace, params };
  }

  #hide(value: unknown): string {
    // Short values would blot out innocent text all over the log.
    if (typeof value === "string" && value.length >= 6 && value !== MASK) this.#known.add(value);
    return MASK;
  }

  #suspicious(json: string): boolean {
    for (const secret of this.#known) if (json.includes(JSON.stringify(secret).slice(1, -1))) return true;
    return PATTERNS.some(({ needle, pattern }) => holds(json, needle) && json.search(pattern) >= 0);
  }

  #maskString(text: string): string {
    let masked = maskText(text);
    for (const secret of this.#known) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
    return masked;
  }
}
