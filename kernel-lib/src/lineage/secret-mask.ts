import type { CellTrace } from "./cell-trace.js";
import type { LineageEvent } from "./events.js";
import { maskKnown } from "./known-secrets.js";
import { hasOddNumbers } from "./odd-numbers.js";
import { carriesSecret, looksSecret, MASK, maskText } from "./secrets.js";

/** JSON has no place for some numbers: they are written as strings. */
function stringify(value: unknown, mask: (text: string) => string = (text) => text): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "string") return mask(inner);
    return (typeof inner === "number" && !Number.isFinite(inner)) || typeof inner === "bigint" ? String(inner) : inner;
  });
}

/** The quick way for nearly all events, which a look at every value would slow down several times. */
function quickStringify(event: LineageEvent): string {
  if (hasOddNumbers(event)) return stringify(event);
  try {
    return JSON.stringify(event);
  } catch {
    // A bigint among the params.
    return stringify(event);
  }
}

/** Words, numbers and paths, which stand in a log for other reasons too. */
const EVERYDAY = /^(?:[a-z]+|[\d.]+|\.{0,2}\/.*|~.*)$/i;

/** True where an event may quote what a person's code had in its hands. */
function hasFreeText(event: LineageEvent): boolean {
  switch (event.kind) {
    case "cell.finished":
      return quotes(event.trace);
    case "step.finished":
      return event.error !== null || event.cells.some(quotes);
    case "run.started":
      return true;
    default:
      return false;
  }
}

function quotes({ error, requests, queries, params }: CellTrace): boolean {
  return error !== null || requests !== undefined || queries !== undefined || params.length > 0;
}

/**
 * Writes events as JSON without their secrets. Values of params and of environment variables whose name looks secret are
 * masked wherever they turn up from then on, in an error's message too, so it remembers them for as long as the log is open.
 */
export class SecretMask {
  readonly #known = new Set<string>();
  /** Names of environment variables, and whether they look secret. */
  readonly #names = new Map<string, boolean>();
  readonly #env: NodeJS.ProcessEnv;

  /** @param env of which the values are masked whose names look secret; default: this process's */
  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#env = env;
  }

  toJson(value: LineageEvent): string {
    if (hasFreeText(value)) this.#rememberEnvironment();
    const event = this.#maskParams(value);
    const json = quickStringify(event);
    if (!this.#suspicious(json)) return json;
    return stringify(event, (text) => this.#maskString(text));
  }

  /** Looked at again each time, as a cell may read a `.env` file into it. */
  #rememberEnvironment(): void {
    // Values are dear to ask for, and most names are none of ours.
    for (const name of Object.keys(this.#env)) {
      let isSecret = this.#names.get(name);
      if (isSecret === undefined) {
        isSecret = looksSecret(name);
        this.#names.set(name, isSecret);
      }
      const value = isSecret ? (this.#env[name] ?? "") : "";
      if (value.length >= 8 && !EVERYDAY.test(value)) this.#known.add(value);
    }
  }

  #maskParams(event: LineageEvent): LineageEvent {
    if (event.kind === "run.started") {
      return holdsSecret(event.params) ? { ...event, params: this.#hideMembers(event.params) } : event;
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
    if (
      !trace.params.some((param) => looksSecret(param.name) || holdsSecret(param.value) || holdsSecret(param.default))
    )
      return trace;
    const params = trace.params.map((param) => {
      if (!looksSecret(param.name))
        return { ...param, value: this.#hideWithin(param.value), default: this.#hideWithin(param.default) };
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

  /** A plain value with the members masked whose names look secret. */
  #hideWithin(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((inner) => this.#hideWithin(inner));
    return isRecord(value) ? this.#hideMembers(value) : value;
  }

  #hideMembers(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        looksSecret(name) && inner != null ? this.#hide(inner) : this.#hideWithin(inner),
      ]),
    );
  }

  #hide(value: unknown): string {
    // Short values would blot out innocent text all over the log.
    if (typeof value === "string" && value.length >= 6 && value !== MASK) this.#known.add(value);
    return MASK;
  }

  #suspicious(json: string): boolean {
    for (const secret of this.#known) if (json.includes(JSON.stringify(secret).slice(1, -1))) return true;
    return carriesSecret(json) || maskKnown(json) !== json;
  }

  #maskString(text: string): string {
    let masked = maskKnown(maskText(text));
    for (const secret of this.#known) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
    return masked;
  }
}

/** True if a member has a name that looks secret, at any depth. */
function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isRecord(value) && Object.entries(value).some(([name, inner]) => looksSecret(name) || holdsSecret(inner));
}

/** Not a Date or another object that writes itself. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("toJSON" in value);
}
