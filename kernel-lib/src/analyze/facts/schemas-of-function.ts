import type TS from "typescript";
import type { JsonSchema } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import { schemaOfType } from "./schema-of-type.js";
import { aliasTarget, awaitedNode, elementNode } from "./type-nodes.js";

/** What a prediction takes and gives. */
export interface PredictSchemas {
  /** Of one row. */
  readonly input: JsonSchema;
  /** Of what is said of one row. */
  readonly output: JsonSchema;
  /** True if the function takes an array of rows at once. */
  readonly takesRows: boolean;
}

/** The schemas of a function's first parameter and of what it returns or promises; null for what is no function. */
export function schemasOfFunction(node: TS.Node, checker: TS.TypeChecker): PredictSchemas | null {
  const type = ts.isShorthandPropertyAssignment(node.parent)
    ? shorthandType(node.parent, checker)
    : checker.getTypeAtLocation(node);
  const [signature] = type?.getCallSignatures() ?? [];
  if (signature === undefined) return null;
  const [parameter] = signature.getParameters();
  const declared = parameter?.valueDeclaration;
  const takenNode = declared !== undefined && ts.isParameter(declared) ? declared.type : undefined;
  const taken =
    parameter === undefined ? null : part(checker.getTypeOfSymbolAtLocation(parameter, node), takenNode, checker);
  const returned = signature.getReturnType();
  const givenNode = awaitedNode(returnNode(signature));
  const given = checker.getAwaitedType(returned) ?? returned;
  const takesRows = taken?.isElement ?? false;
  const output = takesRows ? part(given, givenNode, checker) : { type: given, node: givenNode };
  return {
    input: taken === null ? {} : schemaOfType(taken.type, checker, taken.node),
    output: schemaOfType(output.type, checker, output.node),
    takesRows,
  };
}

function shorthandType(property: TS.ShorthandPropertyAssignment, checker: TS.TypeChecker): TS.Type | null {
  const symbol = checker.getShorthandAssignmentValueSymbol(property);
  return symbol === undefined ? null : checker.getTypeOfSymbolAtLocation(symbol, property);
}

/** A function written in JavaScript may have a declaration without a `type`. */
function returnNode(signature: TS.Signature): TS.TypeNode | undefined {
  const declaration = signature.getDeclaration();
  return declaration === undefined || ts.isJSDocSignature(declaration) ? undefined : declaration.type;
}

/** The elements of an array, or the type itself. */
function part(
  type: TS.Type,
  node: TS.TypeNode | undefined,
  checker: TS.TypeChecker,
): { readonly type: TS.Type; readonly node: TS.TypeNode | undefined; readonly isElement: boolean } {
  if (!checker.isArrayType(type)) return { type, node, isElement: false };
  // An array is a reference to `Array<T>`.
  const [element] = checker.getTypeArguments(type as TS.TypeReference);
  const inner = node === undefined ? undefined : elementNode(aliasTarget(node, checker));
  return element === undefined ? { type, node, isElement: false } : { type: element, node: inner, isElement: true };
}
