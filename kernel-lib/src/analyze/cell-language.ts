import type TS from "typescript";
import type { Completions, Inspection, SessionScope } from "./cell-compiler.js";
import type { CellHost } from "./compiler-host.js";
import { cellOptions } from "./compiler-options.js";
import { topLevelNames } from "./names/top-level-names.js";
import { isHiddenName, withoutNames } from "./scope/without-names.js";
import { ts } from "./typescript.js";

/** What an editor asks of the compiler, on the same parsed files. */
export interface CellLanguage {
  complete(source: string, offset: number, scope: SessionScope): Completions;
  inspect(source: string, offset: number, scope: SessionScope): Inspection | null;
}

export function createCellLanguage(host: CellHost): CellLanguage {
  let version = 0;
  const service = ts.createLanguageService(
    serviceHost(host, () => version),
    sharedRegistry(host),
  );

  /** The cell, and after it all that the session has: anything may be typed next. */
  function show(source: string, scope: SessionScope): void {
    const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
    const seen = withoutNames(scope, new Set(topLevelNames(file.statements).map((found) => found.name)));
    // Nothing flows from the cell to the declarations; see `virtualFile`.
    host.setCell(
      `${source}\nexport {};\nthrow 0;\n${[...seen.names.values()].map((found) => found.declaration).join("\n")}\n`,
    );
    version++;
  }

  return {
    complete(source, offset, scope) {
      show(source, scope);
      const start = wordStart(source, offset);
      const found = service.getCompletionsAtPosition(host.cellPath, offset, {
        includeCompletionsWithInsertText: false,
      });
      // Of a path only its last part is replaced.
      const span = found?.entries[0]?.replacementSpan ?? found?.optionalReplacementSpan;
      const typed = source.slice(Math.min(span?.start ?? start, offset), offset).toLowerCase();
      const items = (found?.entries ?? [])
        .filter((entry) => !isHiddenName(entry.name) && entry.name.toLowerCase().startsWith(typed))
        .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
        .map((entry) => ({ name: entry.name, kind: entry.kind }));
      return { start: span?.start ?? start, end: span === undefined ? offset : span.start + span.length, items };
    },
    inspect(source, offset, scope) {
      show(source, scope);
      const at = (place: number): TS.QuickInfo | undefined => {
        const found = place < 0 ? undefined : service.getQuickInfoAtPosition(host.cellPath, place);
        // What the checker does not know is `any`, which tells nobody anything.
        return found?.kind === ts.ScriptElementKind.unknown && (found.displayParts?.length ?? 0) <= 1
          ? undefined
          : found;
      };
      // At the end of a word, the word is meant; among the arguments of a call, what is called.
      const info = at(offset) ?? at(offset - 1) ?? at(calleeEnd(source, offset) - 1);
      if (info === undefined) return null;
      const tags = (info.tags ?? []).map((tag) => `*@${tag.name}* ${ts.displayPartsToString(tag.text)}`.trim());
      const documentation = [ts.displayPartsToString(info.documentation), ...tags]
        .filter((text) => text !== "")
        .join("\n\n");
      return { signature: ts.displayPartsToString(info.displayParts), documentation };
    },
  };
}

function serviceHost(host: CellHost, version: () => number): TS.LanguageServiceHost {
  return {
    getCompilationSettings: () => cellOptions(),
    getScriptFileNames: () => [host.nodeTypes, host.cellPath],
    getScriptVersion: (path) => (path === host.cellPath ? String(version()) : "1"),
    getScriptSnapshot(path) {
      const text =
        path === host.cellPath ? host.readFile(path) : host.getSourceFile(path, ts.ScriptTarget.ES2022)?.text;
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => host.getCurrentDirectory(),
    useCaseSensitiveFileNames: () => host.useCaseSensitiveFileNames(),
    getDefaultLibFileName: (options) => host.getDefaultLibFileName(options),
    fileExists: (path) => host.fileExists(path),
    readFile: (path) => host.readFile(path),
    readDirectory: (...given) => ts.sys.readDirectory(...given),
    directoryExists: (path) => host.directoryExists?.(path) ?? false,
    getDirectories: (path) => host.getDirectories?.(path) ?? [],
    ...(host.realpath === undefined ? {} : { realpath: host.realpath }),
    ...(host.resolveModuleNameLiterals === undefined
      ? {}
      : { resolveModuleNameLiterals: host.resolveModuleNameLiterals }),
    ...(host.resolveTypeReferenceDirectiveReferences === undefined
      ? {}
      : { resolveTypeReferenceDirectiveReferences: host.resolveTypeReferenceDirectiveReferences }),
  };
}

/** Hands out the host's own parsed files, so that the libraries are parsed and kept once. */
function sharedRegistry(host: CellHost): TS.DocumentRegistry {
  const get = (path: string): TS.SourceFile => {
    const file = host.getSourceFile(path, ts.ScriptTarget.ES2022);
    if (file === undefined) throw new Error(`Cannot read ${path}: it was there a moment ago. Run the cell again.`);
    return file;
  };
  const withVersion = (path: string, _settings: unknown, _snapshot: unknown, version: string): TS.SourceFile =>
    // `version` is how the language service knows that a file is up to date; TypeScript keeps it out of its public types.
    Object.assign(get(path), { version });
  const withKey = (
    path: string,
    _path: unknown,
    settings: unknown,
    _key: unknown,
    snapshot: unknown,
    version: string,
  ): TS.SourceFile => withVersion(path, settings, snapshot, version);
  return {
    acquireDocument: withVersion,
    acquireDocumentWithKey: withKey,
    updateDocument: withVersion,
    updateDocumentWithKey: withKey,
    getKeyForCompilationSettings: () => "cell" as TS.DocumentRegistryBucketKey,
    releaseDocument: () => {},
    releaseDocumentWithKey: () => {},
    reportStats: () => "",
  };
}

/** Where the name ends that the innermost open call before a place calls; 0 if there is none. */
function calleeEnd(source: string, offset: number): number {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const place = source.slice(0, offset).trimEnd().length;
  let end = 0;
  const visit = (node: TS.Node): void => {
    if (node.pos > place || node.end < place) return;
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    const isClosed = node.end <= place && source[node.end - 1] === ")";
    if (isCall && !isClosed && node.expression.end < place) end = node.expression.end;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return end;
}

function wordStart(source: string, offset: number): number {
  return offset - (/[\p{ID_Continue}$\u200c\u200d]*$/u.exec(source.slice(0, offset))?.[0].length ?? 0);
}
