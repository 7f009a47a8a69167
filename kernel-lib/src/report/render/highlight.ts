import { type Html, html } from "./html.js";

const KEYWORDS =
  "abstract as async await break case catch class const continue declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace new null of private protected public readonly return satisfies set static super switch this throw true try type typeof undefined var void while yield";

/** One of: comment, string, number, word. Everything else is left as it is. */
const TOKEN =
  /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\[\s\S])*`?)|(\b\d[\w.]*)|([A-Za-z_$][\w$]*)/g;

const isKeyword = new Set(KEYWORDS.split(" "));

/** TypeScript with its comments, strings, numbers and keywords marked. By eye alone: a regular expression may be taken for a comment. */
export function highlight(source: string): Html {
  const parts: (Html | string)[] = [];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [text, comment, string, number, word] = match;
    const kind = comment ? "c" : string ? "s" : number ? "n" : word && isKeyword.has(word) ? "k" : null;
    if (kind === null) continue;
    parts.push(source.slice(end, match.index), html`<span class="${kind}">${text}</span>`);
    end = match.index + text.length;
  }
  parts.push(source.slice(end));
  return html`${parts}`;
}
