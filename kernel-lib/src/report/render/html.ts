import { escapeHtml } from "../../display/escape-html.js";

/** Text that is known to be safe HTML. Made by `html` and by the sanitiser alone. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Part = Html | string | number | null | readonly Part[];

/** A template of HTML: what is put in is escaped, unless it is `Html` itself; null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((text, index) => text + (index < parts.length ? render(parts[index] ?? null) : "")).join(""),
  );
}

export const nothing = new Html("");

function render(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.toString();
  return typeof part === "object" ? part.map(render).join("") : escapeHtml(String(part));
}
