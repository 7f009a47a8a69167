import type TS from "typescript";
import type { JsonSchema } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import { addNull, literalSchema, mergeSchemas } from "./merge-schemas.js";
import {
  aliasTarget,
  elementNode,
  hasUndefined,
  isEmptyNode,
  isNullable,
  nodeWithoutNulls,
  recordNodes,
} from "./type-nodes.js";

/** Types inside types further down than this say nothing (`{}`). */
const DEEPEST = 12;

/**
 * The JSON Schema of a TypeScript type. Cells are checked without `strictNullChecks`, where types forget `| null`, so that
 * the type as it was written (`node`) is asked for that. What JSON has no word for is `{}`, anything.
 */
export function schemaOfType(type: TS.Type, checker: TS.TypeChecker, node?: TS.TypeNode): JsonSchema {
  return schemaOf(type, node, { checker, inside: [] });
}

interface Context {
  readonly checker: TS.TypeChecker;
  /** The object types that this one is a part of. */
  readonly inside: readonly TS.Type[];
}

function schemaOf(type: TS.Type, written: TS.TypeNode | undefined, context: Context): JsonSchema {
  const node = written === undefined ? undefined : aliasTarget(written, context.checker);
  const schema = plainSchema(type, node === undefined ? undefined : nodeWithoutNulls(node, context.checker), context);
  const nullable = node !== undefined && isNullable(node, context.checker);
  return nullable ? addNull(schema) : schema;
}

function plainSchema(type: TS.Type, node: TS.TypeNode | undefined, context: Context): JsonSchema {
  const members = node !== undefined && ts.isUnionTypeNode(node) ? node.types.filter((one) => !isEmptyNode(one)) : [];
  const types = members.map((member) => context.checker.getTypeFromTypeNode(member));
  if (members.length > 0 && types.every((one) => (one.flags & ts.TypeFlags.TypeParameter) === 0)) {
    return mergeSchemas(
      members.flatMap((member, at) => {
        const own = types[at];
        return own === undefined ? [] : [schemaOf(own, member, context)];
      }),
    );
  }
  if (type.isUnion()) {
    // Their order is that in which the checker met them: no order to rely on.
    const schemas = type.types.map((part) => schemaOf(part, undefined, context));
    return mergeSchemas(schemas.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
  }
  return primitiveSchema(type) ?? objectSchema(type, node, context);
}

function primitiveSchema(type: TS.Type): JsonSchema | null {
  const { flags } = type;
  if (type.isStringLiteral() || type.isNumberLiteral()) return literalSchema(type.value);
  if (flags & ts.TypeFlags.BooleanLiteral) {
    // The checker keeps the two boolean literals apart by this name alone.
    return literalSchema("intrinsicName" in type && type.intrinsicName === "true");
  }
  if (flags & ts.TypeFlags.StringLike) return { type: "string" };
  if (flags & ts.TypeFlags.NumberLike) return { type: "number" };
  if (flags & ts.TypeFlags.BigIntLike) return { type: "integer" };
  if (flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
  if (flags & ts.TypeFlags.Null) return { type: "null" };
  if (flags & ts.TypeFlags.NonPrimitive) return { type: "object" };
  return flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) ? null : {};
}

function objectSchema(type: TS.Type, node: TS.TypeNode | undefined, context: Context): JsonSchema {
  const { checker, inside } = context;
  if (inside.includes(type) || inside.length >= DEEPEST) return {};
  const within: Context = { checker, inside: [...inside, type] };
  const name = type.getSymbol()?.name ?? "";
  if (name === "Date") return { type: "string" };
  if (/^(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(name)) return { type: "array", items: { type: "number" } };
  if (checker.isTupleType(type)) {
    const nodes = node !== undefined && ts.isTupleTypeNode(node) ? node.elements : [];
    // A tuple is a reference to its generic form.
    const parts = checker.getTypeArguments(type as TS.TypeReference);
    return {
      type: "array",
      prefixItems: parts.map((part, at) => {
        const element = nodes[at];
        return schemaOf(part, element !== undefined && ts.isNamedTupleMember(element) ? element.type : element, within);
      }),
    };
  }
  if (checker.isArrayType(type)) {
    // An array is a reference to `Array<T>`.
    const [element] = checker.getTypeArguments(type as TS.TypeReference);
    const items = element === undefined ? {} : schemaOf(element, elementNode(node), within);
    return { type: "array", items };
  }
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return {};
  if (isLibraryClass(type)) return {};
  return recordSchema(type, node, within);
}

/** Map, Set, Promise, a tensor, a table: no JSON of theirs is known. */
function isLibraryClass(type: TS.Type): boolean {
  const symbol = type.getSymbol();
  if (symbol === undefined || (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) === 0) return false;
  if (symbol.declarations?.[0]?.getSourceFile().isDeclarationFile !== true) return false;
  return (symbol.flags & ts.SymbolFlags.Class) !== 0 || HOLDERS.has(symbol.name);
}

const HOLDERS = new Set([
  ..."ArrayBuffer Error Map Promise PromiseLike ReadonlyMap ReadonlySet RegExp Set WeakMap WeakSet".split(" "),
]);

function recordSchema(type: TS.Type, node: TS.TypeNode | undefined, context: Context): JsonSchema {
  const { checker } = context;
  const values = recordNodes(node);
  const properties: [string, JsonSchema][] = [];
  const required: string[] = [];
  for (const property of inOrder(checker.getPropertiesOfType(type))) {
    const written = declaredNode(property) ?? values?.value;
    const own = checker.getTypeOfSymbol(property);
    if (own.getCallSignatures().length > 0 || property.name.startsWith("__@") || property.name.startsWith("#"))
      continue;
    const schema = schemaOf(own, written, context);
    const description = ts.displayPartsToString(property.getDocumentationComment(checker)).trim();
    properties.push([property.name, description === "" ? schema : { ...schema, description }]);
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    if (!optional && (written === undefined || !hasUndefined(written, checker))) required.push(property.name);
  }
  const index = checker.getIndexInfosOfType(type).find((info) => (info.keyType.flags & ts.TypeFlags.StringLike) !== 0);
  const rest = index === undefined ? undefined : schemaOf(index.type, indexNode(index) ?? values?.value, context);
  return {
    type: "object",
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(rest === undefined || Object.keys(rest).length === 0 ? {} : { additionalProperties: rest }),
  };
}

/** As declared. Keys of `Record<"a" | "b", …>` are declared nowhere, and come as the checker met them: no order to rely on. */
function inOrder(properties: readonly TS.Symbol[]): readonly TS.Symbol[] {
  return properties.every((property) => (property.declarations ?? []).length > 0)
    ? properties
    : [...properties].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The type as written where the property is declared. */
function declaredNode(property: TS.Symbol): TS.TypeNode | undefined {
  const declaration = property.valueDeclaration ?? property.declarations?.[0];
  if (declaration === undefined) return undefined;
  const typed =
    ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration) || ts.isParameter(declaration);
  return typed ? declaration.type : undefined;
}

function indexNode(info: TS.IndexInfo): TS.TypeNode | undefined {
  return info.declaration !== undefined && ts.isIndexSignatureDeclaration(info.declaration)
    ? info.declaration.type
    : undefined;
}
