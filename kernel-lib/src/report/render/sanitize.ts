import { Parser } from "htmlparser2";
import { escapeHtml } from "../../display/escape-html.js";
import { Html } from "./html.js";

export interface SanitizeOptions {
  /** The data URI to show for an image's address, or null to show its text alone. Default: data URIs of images pass. */
  readonly image?: (src: string) => string | null;
  /** Added to the level of each heading. Default: 0. */
  readonly headingShift?: number;
}

const ALLOWED = new Set(
  `a abbr b blockquote br caption code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr
  i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul
  var`.split(/\s+/),
);
/** Left out with everything in them. */
const DROPPED = new Set(
  "script style template iframe object embed noscript svg math head title textarea select canvas audio video form".split(
    " ",
  ),
);
const VOID = new Set(["br", "hr", "img", "col"]);
const PLAIN_ATTRIBUTES = new Set(["align", "alt", "colspan", "rowspan", "scope", "start", "title", "open"]);
export const IMAGE_DATA = /^data:image\/(?:png|jpeg|gif|webp|svg\+xml|avif|bmp)[;,]/i;

/**
 * HTML from a notebook (prose, a table that a cell showed) made safe: it is parsed and written anew from the elements and
 * attributes that are allowed, so that nothing else can come through. No scripts, styles, frames, forms or addresses
 * but plain links.
 */
export function sanitizeHtml(source: string, options: SanitizeOptions = {}): Html {
  const image = options.image ?? ((src) => (IMAGE_DATA.test(src) ? src : null));
  let out = "";
  let dropped = 0;
  /** Elements open from a hidden one inward. */
  let hidden = 0;
  const open: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      // What is hidden stays so: of a table that is leafed through by a style sheet, the open page is there to see.
      if (hidden > 0 || "hidden" in attributes) {
        hidden += 1;
        return;
      }
      if (DROPPED.has(name)) dropped += 1;
      if (dropped > 0 || !ALLOWED.has(name)) return;
      const tag = shifted(name, options.headingShift ?? 0);
      if (name === "img") {
        out += imageTag(attributes, image);
        return;
      }
      out += `<${tag}${attributesText(name, attributes)}>`;
      if (!VOID.has(name)) open.push(tag);
    },
    ontext(text) {
      if (dropped === 0 && hidden === 0) out += escapeHtml(text);
    },
    onclosetag(name) {
      if (hidden > 0) {
        hidden -= 1;
        return;
      }
      if (DROPPED.has(name)) dropped -= 1;
      const tag = shifted(name, options.headingShift ?? 0);
      if (dropped > 0 || VOID.has(name) || !ALLOWED.has(name)) return;
      const depth = open.lastIndexOf(tag);
      if (depth < 0) return;
      for (const inner of open.splice(depth).reverse()) out += `</${inner}>`;
    },
  });
  parser.end(source);
  for (const tag of open.reverse()) out += `</${tag}>`;
  return new Html(out);
}

function shifted(name: string, by: number): string {
  return /^h[1-6]$/.test(name) ? `h${Math.min(6, Number(name[1]) + by)}` : name;
}

function attributesText(name: string, attributes: Readonly<Record<string, string>>): string {
  const kept = Object.entries(attributes).flatMap(([key, value]) =>
    PLAIN_ATTRIBUTES.has(key) ? [` ${key}="${escapeHtml(value)}"`] : [],
  );
  const classes = [
    ...(attributes["class"] ?? "").split(/\s+/).filter((name) => /^(?:dataframe|tagline-table)$/.test(name)),
    // Tables say by styles what is a number and what is no value, which the report's policy forbids.
    ...(/text-align:\s*right/.test(attributes["style"] ?? "") ? ["number"] : []),
    ...(/opacity:\s*0?\.[3-8]/.test(attributes["style"] ?? "") ? ["quiet"] : []),
  ];
  if (classes.length > 0) kept.push(` class="${classes.join(" ")}"`);
  if (name === "a" && /^(?:https?:|mailto:)/i.test(attributes["href"] ?? "")) {
    kept.push(` href="${escapeHtml(attributes["href"] ?? "")}" rel="noopener noreferrer"`);
  }
  return kept.join("");
}

function imageTag(attributes: Readonly<Record<string, string>>, image: (src: string) => string | null): string {
  const found = image(attributes["src"] ?? "");
  const alt = attributes["alt"] ?? "";
  if (found === null || !IMAGE_DATA.test(found)) return alt === "" ? "" : `<em>[image: ${escapeHtml(alt)}]</em>`;
  const size = ["width", "height"].flatMap((key) =>
    /^\d+$/.test(attributes[key] ?? "") ? [` ${key}="${attributes[key]}"`] : [],
  );
  return `<img src="${escapeHtml(found)}" alt="${escapeHtml(alt)}"${size.join("")}>`;
}
