import type TS from "typescript";
import { ts } from "../typescript.js";

/** A type as TypeScript text that holds anywhere in the cell's folder. */
export function typeText(type: TS.Type, checker: TS.TypeChecker, enclosing?: TS.Node): string {
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
  return checker.typeToString(type, enclosing, flags);
}
