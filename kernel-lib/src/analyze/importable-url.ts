import fs from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { placeOf } from "./diagnostics.js";
import { syntaxErrors } from "./parse-cell.js";
import { resolveModule } from "./resolve-module.js";
import { transpileStep } from "./transpile-step.js";
import { loadTypeScript, ts } from "./typescript.js";

/**
 * A `data:` URL with the JavaScript of a TypeScript file, and of those that it imports. Node 20 does not run TypeScript,
 * and a changed file has another URL, so that running the cell again takes the new text. The file is read through `fs`,
 * where whoever tracks files sees it.
 */
export function importableUrl(url: string, loading: readonly string[] = []): string {
  if (loading.includes(url))
    throw new Error(
      `Cannot import ${fileURLToPath(url)}: TypeScript files that import each other in a circle are not supported. Move what they share to a third file.`,
    );
  const path = fileURLToPath(url);
  const folder = dirname(path);
  const resolve = (specifier: string): string => {
    const target = resolveModule(specifier, folder);
    return /\.[mc]?ts$/.test(target) && target.startsWith("file:") && !isOwnSource(target)
      ? importableUrl(target, [...loading, url])
      : target;
  };
  const helper = import.meta.url.endsWith(".ts") ? {} : { helper: new URL("./import-module.js", import.meta.url).href };
  const text = fs.readFileSync(path, "utf8");
  checkSyntax(path, text);
  const { code, map } = transpileStep(text, {
    // By a `.cts` name TypeScript would write CommonJS.
    fileName: path.replace(/\.cts$/, ".ts"),
    resolve,
    url,
    watch: true,
    ...helper,
  });
  const named = JSON.stringify({ ...JSON.parse(map), sources: [url] });
  const mapped = code.replace(
    /\/\/# sourceMappingURL=.*$/m,
    `//# sourceMappingURL=data:application/json;base64,${Buffer.from(named).toString("base64")}`,
  );
  return `data:text/javascript;base64,${Buffer.from(mapped).toString("base64")}`;
}

/** Throws a SyntaxError that says where the file is wrong. */
function checkSyntax(path: string, text: string): void {
  loadTypeScript();
  const [error] = syntaxErrors(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022));
  if (error === undefined) return;
  const { line, column } = placeOf(error.start ?? 0, text);
  const message = ts.flattenDiagnosticMessageText(error.messageText, " ");
  throw new SyntaxError(`Cannot import ${path}:${line}:${column}: ${message}`);
}

function isOwnSource(url: string): boolean {
  return url.startsWith(new URL("../", import.meta.url).href);
}
