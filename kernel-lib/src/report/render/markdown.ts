import { Marked } from "marked";
import type { Html } from "./html.js";
import { type SanitizeOptions, sanitizeHtml } from "./sanitize.js";

const marked = new Marked({ gfm: true });

/** Prose in Markdown as HTML. Raw HTML in it passes the same sanitiser. */
export function renderMarkdown(source: string, options: SanitizeOptions = {}): Html {
  return sanitizeHtml(marked.parse(source, { async: false }), options);
}

/** The text of the first heading, without its marks. */
export function firstHeading(source: string): string | null {
  for (const token of marked.lexer(source)) {
    if (token.type === "heading") return plainText(String(token["text"] ?? ""));
  }
  return null;
}

/** The source without its first heading, if it begins with that. */
export function withoutFirstHeading(source: string): string {
  const first = marked.lexer(source).find((token) => token.type !== "space");
  return first?.type === "heading" ? source.slice(source.indexOf(first.raw) + first.raw.length) : source;
}

function plainText(markdown: string): string {
  return sanitizeHtml(String(marked.parseInline(markdown)))
    .toString()
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
