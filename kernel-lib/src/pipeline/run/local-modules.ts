import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { importedSpecifiers } from "./packages.js";

/** A program's texts with the modules beside the notebook that they import, and the paths that those came from. */
export interface WithLocals {
  readonly texts: Readonly<Record<string, string>>;
  /** Absolute path of each module of the person's own, by its path among the texts (`local/helpers.ts`). */
  readonly locals: Readonly<Record<string, string>>;
}

const CODE = /\.(?:[cm]?js|m?ts)$/;

/** What a TypeScript author may leave off, or write instead, in a relative specifier. */
const ENDINGS = ["", ".ts", ".mts", ".js", ".mjs", ".cjs", "/index.ts", "/index.js"];

/**
 * Takes the modules that a notebook imports from files of its own (`./helpers.ts`), and what those import, into the program as
 * `local/…`, so that steps run them from there, an export has them, and a change in one is a change of code. Other relative
 * imports (JSON) stay as they are unless `extensions` names them.
 *
 * @param folder the notebook's, absolute
 */
export function takeLocalModules(
  texts: Readonly<Record<string, string>>,
  folder: string,
  extensions: RegExp = CODE,
): WithLocals {
  const taken: Record<string, string> = {};
  const locals: Record<string, string> = {};
  const places = new Map<string, string>();

  const take = (path: string): string => {
    const known = places.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(path, "utf8");
    const place = freePlace(isCommonJs(path, text) ? path.replace(/\.js$/, ".cjs") : path, new Set(places.values()));
    places.set(path, place);
    locals[place] = path;
    taken[place] = path.endsWith(".json") ? text : rewrite(text, place, dirname(path));
    return place;
  };
  const rewrite = (text: string, place: string, from: string): string => {
    let rewritten = text;
    for (const specifier of importedSpecifiers(text)) {
      if (!/^\.{1,2}\//.test(specifier) || posix.join(posix.dirname(place), specifier).replace(/\.js$/, ".ts") in texts)
        continue;
      const path = findModule(join(from, specifier));
      if (path === null || !extensions.test(path)) continue;
      const target = take(path).replace(/\.(m?)ts$/, ".$1js");
      const relative = posix.relative(posix.dirname(place), target);
      rewritten = replaceSpecifier(rewritten, specifier, relative.startsWith(".") ? relative : `./${relative}`);
    }
    return rewritten;
  };

  for (const [path, text] of Object.entries(texts)) taken[path] = rewrite(text, path, folder);
  return { texts: taken, locals };
}

function findModule(path: string): string | null {
  const asTypeScript = path.replace(/\.(m?)js$/, ".$1ts");
  for (const candidate of [path, asTypeScript, ...ENDINGS.map((ending) => path + ending)]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return candidate;
  }
  return null;
}

/** A `.js` file is CommonJS where it is no module by its text: it lies among modules, and says by its name what it is. */
function isCommonJs(path: string, text: string): boolean {
  return (
    path.endsWith(".js") &&
    !/^\s*(?:import|export)\b/m.test(text) &&
    /\b(?:module\.exports|exports\.|require\()/.test(text)
  );
}

/** `local/helpers.ts`; a second one of that name is `local/helpers-2.ts`. */
function freePlace(path: string, taken: ReadonlySet<string>): string {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  for (let count = 1; ; count++) {
    const place = `local/${name.slice(0, dot)}${count === 1 ? "" : `-${count}`}${name.slice(dot)}`;
    if (!taken.has(place)) return place;
  }
}

function replaceSpecifier(text: string, from: string, to: string): string {
  const escaped = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(\\b(?:from|import|require)\\s*\\(?\\s*)(["'])${escaped}\\2`, "g"), `$1$2${to}$2`);
}
