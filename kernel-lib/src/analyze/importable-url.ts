import fs from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveModule } from "./resolve-module.js";
import { transpileStep } from "./transpile-step.js";

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
    return /\.m?ts$/.test(target) && target.startsWith("file:") && !isOwnSource(target)
      ? importableUrl(target, [...loading, url])
      : target;
  };
  const helper = import.meta.url.endsWith(".ts") ? {} : { helper: new URL("./import-module.js", import.meta.url).href };
  const { code, map } = transpileStep(fs.readFileSync(path, "utf8"), {
    fileName: path,
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

function isOwnSource(url: string): boolean {
  return url.startsWith(new URL("../", import.meta.url).href);
}
