import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type TS from "typescript";
import { watchPrivateFields } from "../emit/watch-private-fields.js";
import { ts } from "../typescript.js";
import { commonJsCode } from "./common-js-code.js";
import type { ModuleNode } from "./module-graph.js";
import { rewriteModule } from "./rewrite-module.js";
import { withoutTypes } from "./without-types.js";

export interface TranspiledModule {
  readonly code: string;
  /** Source map (v3, JSON), whose one source is the file's URL. */
  readonly map: string;
}

/**
 * JavaScript for a file of the project, types taken away unchecked, its imports resolved from where it lies.
 *
 * @param targetOf path of what is loaded for a file
 */
export function transpileProjectModule(node: ModuleNode, targetOf: (node: ModuleNode) => string): TranspiledModule {
  const { path, text, kind } = node.file;
  const isModule = kind === "module";
  const isTyped = /\.(?:[cm]?ts|tsx)$/.test(path);
  const after: TS.TransformerFactory<TS.SourceFile>[] = isModule ? [rewriteModule(node, targetOf)] : [];
  after.push((context) => (file) => watchPrivateFields(file, context, "module"));
  const { outputText, sourceMapText = "{}" } = ts.transpileModule(text, {
    // The ending decides what TypeScript writes, and here it is known already.
    fileName: path.replace(/\.[cm]([jt]s)$/, ".$1"),
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: isModule ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
      sourceMap: true,
      esModuleInterop: true,
      useDefineForClassFields: true,
      allowJs: true,
      verbatimModuleSyntax: isModule && !isTyped,
      ...(/\.[jt]sx$/.test(path) ? { jsx: jsxOf(text) } : {}),
    },
    transformers: { before: [withoutTypes(node)], after },
  });
  const bare = outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "");
  const url = pathToFileURL(path).href;
  const map: { mappings?: string } = JSON.parse(sourceMapText);
  const head = isModule ? "" : commonJsCode(url, dirname(path), path);
  // Both heads are one line.
  return {
    code: `${head}${bare}`,
    map: JSON.stringify({
      ...map,
      sourceRoot: "",
      sources: [url],
      mappings: (isModule ? "" : ";") + (map.mappings ?? ""),
    }),
  };
}

/** React's newer form needs no name in sight; the older one is for those that bring their own `React` or `h`. */
function jsxOf(text: string): TS.JsxEmit {
  return /@jsx\s|\bReact\b/.test(text) ? ts.JsxEmit.React : ts.JsxEmit.ReactJSX;
}
