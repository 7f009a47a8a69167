import type TS from "typescript";
import { ts } from "./typescript.js";

/** One mention of a module in a file. */
export interface ModuleUse {
  readonly literal: TS.StringLiteralLike;
  /** Whether it is imported or required, which may be different modules. */
  readonly mode: TS.ResolutionMode;
  /** An import of the same module in the same mode. */
  readonly statement: string;
}

/**
 * The modules that a file names, in imports, exports, `import()` and types. Null if it changes what others see (`declare
 * global`, `declare module "x"`) or refers to other files by comments: that takes a program of its own.
 */
export function moduleUses(file: TS.SourceFile, options: TS.CompilerOptions): ModuleUse[] | null {
  if (file.referencedFiles.length + file.typeReferenceDirectives.length + file.libReferenceDirectives.length > 0)
    return null;
  if (file.statements.some(isAugmentation)) return null;
  return literalsOf(file)
    .filter((literal) => literal.text !== "")
    .map((literal) => {
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const name = JSON.stringify(literal.text);
      return {
        literal,
        mode,
        statement: mode === ts.ModuleKind.CommonJS ? toRequire(name) : `import {} from ${name};`,
      };
    });
}

function toRequire(name: string): string {
  const binding = `required_${Buffer.from(name).toString("hex")}`;
  return `import ${binding} = require(${name});`;
}

function isAugmentation(statement: TS.Statement): boolean {
  return (
    ts.isModuleDeclaration(statement) &&
    (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0)
  );
}

function literalsOf(file: TS.SourceFile): TS.StringLiteralLike[] {
  const literals: TS.StringLiteralLike[] = [];
  const add = (node: TS.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) literals.push(node);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return literals;
}
