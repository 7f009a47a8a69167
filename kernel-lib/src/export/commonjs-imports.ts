import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveModule } from "../analyze/resolve-module.js";

/** Names that `import { … }` of a module gives in Node; null if that cannot be found out. */
export type NamesOf = (specifier: string) => ReadonlySet<string> | null;

/** As `emit` writes them: one line, the default name first, names in braces. */
const NAMED_IMPORT = /^import (?:([\w$]+), )?\{ ([^}]*) \} from ("[^"]+");$/gm;

/**
 * Rewrites named imports that Node cannot serve: it finds a CommonJS package's names by reading its text, and not always all
 * of them, while in the notebook every property is a name. They are taken from the default import instead.
 */
export function withCommonJsNames(text: string, namesOf: NamesOf): string {
  return text.replace(NAMED_IMPORT, (line: string, main: string | undefined, list: string, quoted: string) => {
    const names = list.split(", ");
    const types = names.filter((name) => name.startsWith("type "));
    const values = names.filter((name) => !name.startsWith("type "));
    const known = values.length === 0 ? null : namesOf(JSON.parse(quoted));
    if (known === null || values.every((name) => known.has(name.split(" as ")[0] ?? name))) return line;
    const base = main ?? freeName(text, JSON.parse(quoted));
    const members = values.map((name) => name.replace(" as ", ": "));
    return [
      ...(types.length > 0
        ? [`import type { ${types.map((name) => name.slice("type ".length)).join(", ")} } from ${quoted};`]
        : []),
      `import ${base} from ${quoted};`,
      `const { ${members.join(", ")} } = ${base};`,
    ].join("\n");
  });
}

/**
 * Finds the names of CommonJS modules, as a notebook in `folder` imports them, by asking a Node process that loads the module: its
 * code does not run in ours. Of other modules nothing needs to be known.
 */
export function namesInNode(folder: string): NamesOf {
  const known = new Map<string, ReadonlySet<string> | null>();
  return (specifier) => {
    if (!known.has(specifier)) known.set(specifier, commonJsNames(specifier, folder));
    return known.get(specifier) ?? null;
  };
}

function commonJsNames(specifier: string, folder: string): ReadonlySet<string> | null {
  try {
    const url = resolveModule(specifier, folder);
    return url.startsWith("file:") && isCommonJs(fileURLToPath(url)) ? askNode(url) : null;
  } catch {
    // Not installed: the export says so already.
    return null;
  }
}

function isCommonJs(path: string): boolean {
  if (path.endsWith(".cjs")) return true;
  if (!path.endsWith(".js")) return false;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).type !== "module";
    } catch {
      // Further up.
    }
  }
  return true;
}

const LOAD_TIMEOUT_MS = 30_000;

function askNode(url: string): ReadonlySet<string> | null {
  const code = `const names = Object.keys(await import(${JSON.stringify(url)})); process.stdout.write("\\0" + JSON.stringify(names)); process.exit(0);`;
  try {
    const args = ["--input-type=module", "--eval", code];
    const output = execFileSync(process.execPath, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: LOAD_TIMEOUT_MS,
    });
    const names: unknown = JSON.parse(output.slice(output.lastIndexOf("\0") + 1));
    return Array.isArray(names) ? new Set(names.filter((name) => typeof name === "string")) : null;
  } catch {
    return null;
  }
}

/** A name for the whole module that the text does not use: `lodash`, else `lodashModule`. */
function freeName(text: string, specifier: string): string {
  const base = specifier
    .replace(/^.*\//, "")
    .replace(/[^\w$]+(\w?)/g, (_, next: string) => next.toUpperCase())
    .replace(/^\d/, "_$&");
  const candidates = [base, `${base}Module`, `${base}Package`];
  return (
    candidates.find((name) => !new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b(?!["'/])`).test(text)) ?? `${base}$`
  );
}
