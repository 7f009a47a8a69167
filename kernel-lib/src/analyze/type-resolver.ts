import { join } from "node:path";
import type TS from "typescript";
import { tfjsNodeFolder } from "../lineage/tools-folder.js";
import { isOwn, ownFolder, ownTypesPath } from "./own-package.js";
import { ts } from "./typescript.js";

/** Finds the types of what a notebook imports: as `resolveModule` finds the modules themselves. */
export interface TypeResolver {
  module(
    literal: TS.StringLiteralLike,
    containingFile: string,
    sourceFile: TS.SourceFile,
  ): TS.ResolvedModuleWithFailedLookupLocations;
  typeReference(name: string, containingFile: string): TS.ResolvedTypeReferenceDirectiveWithFailedLookupLocations;
  /** Remembers package.json files too, which a program asks about for each of its files. */
  cache(): TS.ModuleResolutionCache;
  /** Forgets what was looked up in vain: packages may have been installed since. */
  refresh(): void;
}

export function createTypeResolver(
  host: TS.ModuleResolutionHost,
  options: TS.CompilerOptions,
  nodeTypes: string,
): TypeResolver {
  const canonical = (path: string) => (ts.sys.useCaseSensitiveFileNames ? path : path.toLowerCase());
  let cache = ts.createModuleResolutionCache(ownFolder, canonical, options);
  let failed = false;
  // Any file there: only its folder matters.
  const ownFile = join(ownFolder, "index.ts");
  const toolsFile = join(tfjsNodeFolder(), "index.ts");

  return {
    module(literal, containingFile, sourceFile) {
      const own = isOwn(literal.text) ? ownTypesPath(literal.text) : null;
      if (own !== null) return { resolvedModule: resolved(own) };
      const mode = ts.getModeForUsageLocation(sourceFile, literal, options);
      const lookUp = (from: string) => ts.resolveModuleName(literal.text, from, options, host, cache, undefined, mode);
      const beside = lookUp(containingFile);
      const elsewhere = literal.text.startsWith(".") ? [] : [ownFile, toolsFile];
      const found = elsewhere.reduce(
        (sofar, from) => (sofar.resolvedModule === undefined ? lookUp(from) : sofar),
        beside,
      );
      failed ||= found.resolvedModule === undefined;
      return found;
    },
    typeReference(name, containingFile) {
      // One copy of Node's types in a program, whatever other packages bring along.
      if (name === "node") {
        return {
          resolvedTypeReferenceDirective: { primary: true, resolvedFileName: nodeTypes, isExternalLibraryImport: true },
        };
      }
      const found = ts.resolveTypeReferenceDirective(name, containingFile, options, host);
      if (found.resolvedTypeReferenceDirective !== undefined) return found;
      return ts.resolveTypeReferenceDirective(name, ownFile, options, host);
    },
    cache: () => cache,
    refresh() {
      if (!failed) return;
      failed = false;
      cache = ts.createModuleResolutionCache(ownFolder, canonical, options);
    },
  };
}

function resolved(path: string): TS.ResolvedModuleFull {
  const extension = path.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
  return { resolvedFileName: path, extension, isExternalLibraryImport: extension === ts.Extension.Dts };
}
