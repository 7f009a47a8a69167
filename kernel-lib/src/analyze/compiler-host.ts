import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type TS from "typescript";
import { cellPath } from "./cell-path.js";
import { createTypeResolver } from "./type-resolver.js";
import { ts } from "./typescript.js";

/** Libraries and packages are the same for all notebooks of a process (all hosts parse with the same options). */
const parsed = new Map<string, ParsedFile | null>();

/** The host of all programs of one compiler: real files read and parsed once, and one virtual file, the cell. */
export interface CellHost extends TS.CompilerHost {
  /** Absolute path of the virtual file, in the notebook's folder. */
  readonly cellPath: string;
  /** Puts a new text behind `cellPath`. */
  setCell(text: string): void;
  /** Parses a text as a file beside `cellPath`, under a name that no other has. */
  parseCell(text: string): TS.SourceFile;
  /** Forgets files of the notebook's own that changed on disk (not packages: they stay as they were when first read). True if one did. */
  refresh(): boolean;
  /** Path of the types of Node itself, a root of every program at `check` speed. */
  readonly nodeTypes: string;
}

export function createCellHost(folder: string, options: TS.CompilerOptions): CellHost {
  /** Paths that may change while the notebook is open: files that are no package's, and files that were missing. */
  const own = new Set<string>();
  const require = createRequire(import.meta.url);
  const libFolder = dirname(require.resolve("typescript"));
  const nodeTypes = join(dirname(require.resolve("@types/node/package.json")), "index.d.ts");
  const rootPath = cellPath(folder);
  let cell: TS.SourceFile | null = null;
  let parsedCells = 0;

  const host: CellHost = {
    cellPath: rootPath,
    nodeTypes,
    setCell(text) {
      cell = ts.createSourceFile(rootPath, text, sourceFileOptions(options), true, ts.ScriptKind.TS);
    },
    parseCell(text) {
      const path = cellPath(folder, ++parsedCells);
      return ts.createSourceFile(path, text, sourceFileOptions(options), true, ts.ScriptKind.TS);
    },
    refresh() {
      let changed = false;
      for (const path of own) {
        const file = parsed.get(path);
        if (file !== undefined && (file === null || modifiedTime(path) !== file.modifiedMs))
          changed = parsed.delete(path) || changed;
      }
      resolver.refresh();
      return changed;
    },
    getSourceFile(path) {
      if (path === rootPath) return cell ?? undefined;
      let file = parsed.get(path);
      if (file === undefined) {
        file = parseFile(path, options);
        parsed.set(path, file);
        if (file === null || file.modifiedMs !== null) own.add(path);
      }
      return file?.source;
    },
    fileExists: (path) => path === rootPath || ts.sys.fileExists(path),
    readFile: (path) => (path === rootPath ? cell?.text : ts.sys.readFile(path)),
    getDefaultLibFileName: () => join(libFolder, "lib.es2023.d.ts"),
    getDefaultLibLocation: () => libFolder,
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (path) => (ts.sys.useCaseSensitiveFileNames ? path : path.toLowerCase()),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getNewLine: () => "\n",
    // Output is taken from `emit`'s own callback; nothing reaches the disk.
    writeFile: () => {},
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    resolveModuleNameLiterals: (literals, containingFile, _redirected, _options, sourceFile) =>
      literals.map((literal) => resolver.module(literal, containingFile, sourceFile)),
    getModuleResolutionCache: () => resolver.cache(),
    resolveTypeReferenceDirectiveReferences: (references, containingFile) =>
      references.map((reference) =>
        resolver.typeReference(typeof reference === "string" ? reference : reference.fileName, containingFile),
      ),
  };
  const resolver = createTypeResolver(host, options, nodeTypes);
  return host;
}

let readsDocs = true;

/**
 * From now on this process reads the declarations of JavaScript and Node without their documentation, which takes a fifth of the time: where
 * nobody asks what a name means. (Of packages it may go into a model's schema.)
 */
export function readNoDocs(): void {
  readsDocs = false;
}

interface ParsedFile {
  readonly source: TS.SourceFile;
  readonly modifiedMs: number | null;
}

function parseFile(path: string, options: TS.CompilerOptions): ParsedFile | null {
  const text = ts.sys.readFile(path);
  if (text === undefined) return null;
  const modifiedMs = path.includes("node_modules") ? null : modifiedTime(path);
  const how = sourceFileOptions(options);
  const isBuiltIn = /[\\/]node_modules[\\/](?:typescript[\\/]lib|@types[\\/]node)[\\/]/.test(path);
  const jsDocParsingMode = readsDocs || !isBuiltIn ? ts.JSDocParsingMode.ParseAll : ts.JSDocParsingMode.ParseNone;
  return { source: ts.createSourceFile(path, text, { ...how, jsDocParsingMode }), modifiedMs };
}

function modifiedTime(path: string): number | null {
  return ts.sys.getModifiedTime?.(path)?.getTime() ?? null;
}

function sourceFileOptions(options: TS.CompilerOptions): TS.CreateSourceFileOptions {
  return { languageVersion: options.target ?? ts.ScriptTarget.ES2022, jsDocParsingMode: ts.JSDocParsingMode.ParseAll };
}
