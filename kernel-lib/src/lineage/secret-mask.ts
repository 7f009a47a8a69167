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
    return carriesSecret(json) || maskKnown(json) !== json;
  }

  #maskString(text: string): string {
    let masked = maskKnown(maskText(text));
    for (const secret of this.#known) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
    return masked;
  }
}
