import type { JsonSchema } from "../../notebook/cell-facts.js";

/** The schema of one value. */
export function literalSchema(value: string | number | boolean): JsonSchema {
  return { type: typeof value, enum: [value] };
}

/** The schema of what fits any of these: shorter than `anyOf` where it can be. */
export function mergeSchemas(schemas: readonly JsonSchema[]): JsonSchema {
  const [first, ...others] = schemas;
  if (first === undefined || schemas.some((schema) => Object.keys(schema).length === 0)) return {};
  if (others.length === 0) return first;
  const enums = schemas.flatMap((schema) => schema.enum ?? []);
  if (schemas.every(isEnum)) {
    const types = distinct(schemas.flatMap((schema) => schema.type ?? []));
    // `true | false`
    if (types.length === 1 && types[0] === "boolean" && new Set(enums).size === 2) return { type: "boolean" };
    return { type: single(types), enum: distinct(enums) };
  }
  if (schemas.every((schema) => Object.keys(schema).length === 1 && schema.type !== undefined)) {
    return { type: single(distinct(schemas.flatMap((schema) => schema.type ?? []))) };
  }
  return { anyOf: schemas.flatMap((schema) => (isAnyOf(schema) ? (schema.anyOf ?? []) : [schema])) };
}

/** The same, or null. */
export function addNull(schema: JsonSchema): JsonSchema {
  if (schema.type !== undefined) {
    const type = single(distinct([...[schema.type].flat(), "null"]));
    return schema.enum === undefined
      ? { ...schema, type }
      : { ...schema, type, enum: distinct([...schema.enum, null]) };
  }
  return schema.anyOf === undefined ? schema : { ...schema, anyOf: [...schema.anyOf, { type: "null" }] };
}

function isEnum(schema: JsonSchema): boolean {
  return schema.enum !== undefined;
}

function isAnyOf(schema: JsonSchema): boolean {
  return schema.anyOf !== undefined && Object.keys(schema).length === 1;
}

function single(types: readonly string[]): string | readonly string[] {
  return types.length === 1 && types[0] !== undefined ? types[0] : types;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
