/** An identifier as JavaScript has it; `\w` would miss `größe` and `$`. */
const name = "([\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*)";

const called = new RegExp(`\\(0, tl\\$${name}\\.v\\)`, "gu");
const shorthand = new RegExp(`(?<=[{,]\\s*)${name}: tl\\$\\1\\.v(?=\\s*[,}])`, "gu");
const read = new RegExp(`(?<![\\p{ID_Continue}$.])tl\\$${name}\\.v(?![\\p{ID_Continue}$])`, "gu");
const fields =
  /\s*static \{ (?:\$tl\.fields|globalThis\[Symbol\.for\("\$tl\.fields"\)\]\?\.)\(this, o => \[[^\]]*\]\); \}/g;

/**
 * Undoes in a function's text what the cell compiler rewrote, so that libraries that read `fn.toString()` (arquero)
 * see what the person wrote: `(0, tl$f.v)(x)` is `f(x)` again, `tl$x.v` is `x`, `$tl.import` is `import`, and a class
 * does not show what lets its private fields be seen.
 */
export function originalText(text: string): string {
  if (!text.includes("tl$") && !text.includes("$tl.")) return text;
  return text
    .replace(fields, "")
    .replace(called, "$1")
    .replace(shorthand, "$1")
    .replace(read, "$1")
    .replace(/(?<![\w$.])\$tl\.(import|require)(?![\w$])/g, "$1");
}
