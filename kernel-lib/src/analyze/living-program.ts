import type TS from "typescript";
import type { ModuleUse } from "./module-uses.js";
import { ts } from "./typescript.js";

/** A program that takes further files, one at a time, and looks at them with the checker that it has. */
export interface LivingProgram {
  readonly program: TS.Program;
  /** False if it does not have one of the modules, or has grown old. */
  takes(uses: readonly ModuleUse[]): boolean;
  /** Makes this module, which nobody else imports, part of the program, in place of the one before. */
  add(file: TS.SourceFile, uses: readonly ModuleUse[]): void;
}

/**
 * What TypeScript keeps out of its public types. A new checker for each cell would merge all globals of the libraries anew, and forget
 * what it found out about their types: three quarters of the time that a short cell takes to compile.
 */
interface Internals {
  bindSourceFile(file: TS.SourceFile, options: TS.CompilerOptions): void;
}
interface OwnSourceFile extends TS.SourceFile {
  path: string;
  resolvedPath: string;
  originalFileName: string;
  imports: readonly TS.StringLiteralLike[];
  moduleAugmentations: readonly TS.StringLiteral[];
  ambientModuleNames: readonly string[];
}
interface OwnProgram extends TS.Program {
  getSourceFileByPath(path: string): TS.SourceFile | undefined;
  getResolvedModule(
    file: TS.SourceFile,
    name: string,
    mode: TS.ResolutionMode,
  ): TS.ResolvedModuleWithFailedLookupLocations | undefined;
  getTypeCount(): number;
}

/**
 * @param given a program whose checker nobody uses yet; it is changed
 * @param root its file that imports every module which the added ones may name
 */
export function livingProgram(
  given: TS.Program,
  root: TS.SourceFile,
  limits: { readonly files: number; readonly types: number },
): LivingProgram {
  const program = given as OwnProgram;
  const { getSourceFile, getSourceFileByPath, getResolvedModule } = program;
  const options = program.getCompilerOptions();
  let added: OwnSourceFile | undefined;
  let count = 0;
  let types: number | undefined;

  // The checker and the emitter ask by these, at each use.
  program.getSourceFile = (path) => (path === added?.fileName ? added : getSourceFile(path));
  program.getSourceFileByPath = (path) => (path === added?.path ? added : getSourceFileByPath(path));
  program.getResolvedModule = (file, name, mode) => getResolvedModule(file === added ? root : file, name, mode);

  return {
    program,
    takes(uses) {
      if (count >= limits.files || program.getTypeCount() > (types ?? 0) + limits.types) return false;
      return (
        options.noResolve === true ||
        uses.every(
          ({ literal, mode }) =>
            getResolvedModule(root, literal.text, mode)?.resolvedModule?.resolvedFileName !== undefined,
        )
      );
    },
    add(file, uses) {
      // The checker must have been made before: it binds and merges all files that it finds then.
      program.getTypeChecker();
      types ??= program.getTypeCount();
      count++;
      const own = file as OwnSourceFile;
      // A name of its own, by which the checker keeps its findings.
      own.path = own.resolvedPath = own.originalFileName = own.fileName;
      own.imports = uses.map(({ literal }) => literal);
      own.moduleAugmentations = [];
      own.ambientModuleNames = [];
      added = own;
      (ts as unknown as Internals).bindSourceFile(own, options);
    },
  };
}
