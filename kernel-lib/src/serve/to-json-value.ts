import { isTable, isTensor } from "../artifacts/library-types.js";
import type { JsonSchema } from "../notebook/cell-facts.js";

/** A prediction that JSON cannot hold. The message is a sentence. */
export class NotJsonError extends Error {
  override readonly name = "NotJsonError";
}

/**
 * A prediction as plain JSON: typed arrays, sets and tensors become lists, maps and instances objects, dates ISO 8601,
 * large integers texts, tables lists of rows. JSON has no NaN and no infinities: they become null where the model's type
 * lets it be null or says nothing, and are an error where it promises a number.
 */
export async function toJsonValue(value: unknown, schema: JsonSchema | null = null, field = ""): Promise<unknown> {
  return convert(value, schema ?? {}, field, []);
}

async function convert(value: unknown, schema: JsonSchema, field: string, above: readonly object[]): Promise<unknown> {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : oddNumber(value, schema, field);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "undefined":
      return null;
    case "function":
    case "symbol":
      throw new NotJsonError(`Cannot send the prediction: ${place(field)} is a ${typeof value}`);
    case "string":
    case "boolean":
      return value;
  }
  if (value === null) return null;
  // What is left of `typeof` are objects.
  const object = value as object;
  if (above.includes(object)) throw new NotJsonError(`Cannot send the prediction: ${place(field)} contains itself`);
  const inside = [...above, object];
  if (isTensor(object)) return convert(await tensorValues(object), schema, field, inside);
  if (isTable(object) && "objects" in object && typeof object.objects === "function") {
    return convert(object.objects(), schema, field, inside);
  }
  if (object instanceof Date)
    return Number.isNaN(object.getTime()) ? oddNumber(Number.NaN, schema, field) : object.toISOString();
  if (ArrayBuffer.isView(object) && !(object instanceof DataView)) {
    // Every view but DataView can be walked.
    return convertList([...(object as unknown as Iterable<unknown>)], schema, field, inside);
  }
  if (Array.isArray(object)) return convertList(object, schema, field, inside);
  if (object instanceof Set) return convertList([...object], schema, field, inside);
  if (object instanceof Map)
    return convertFields(
      [...object].map(([key, item]) => [String(key), item]),
      schema,
      field,
      inside,
    );
  if ("toJSON" in object && typeof object.toJSON === "function") return convert(object.toJSON(), schema, field, inside);
  return convertFields(Object.entries(object), schema, field, inside);
}

async function convertList(
  list: readonly unknown[],
  schema: JsonSchema,
  field: string,
  above: readonly object[],
): Promise<unknown[]> {
  const result: unknown[] = [];
  for (const [index, item] of list.entries()) {
    const itemSchema = childOf(schema, (one) => one.prefixItems?.[index] ?? one.items);
    result.push(await convert(item, itemSchema, `${field}[${index}]`, above));
  }
  return result;
}

async function convertFields(
  entries: readonly (readonly [string, unknown])[],
  schema: JsonSchema,
  field: string,
  above: readonly object[],
): Promise<Record<string, unknown>> {
  const result: [string, unknown][] = [];
  for (const [name, value] of entries) {
    // As JSON has it: what is undefined is not there.
    if (value === undefined || typeof value === "function" || typeof value === "symbol") continue;
    const own = childOf(schema, (one) => one.properties?.[name] ?? additional(one));
    result.push([name, await convert(value, own, field === "" ? name : `${field}.${name}`, above)]);
  }
  return Object.fromEntries(result);
}

/** Nested lists as the tensor's shape has them. */
async function tensorValues(tensor: { shape: number[]; data(): Promise<ArrayLike<unknown>> }): Promise<unknown> {
  const values = Array.from(await tensor.data());
  let next = 0;
  const nest = ([size, ...inner]: readonly number[]): unknown =>
    size === undefined ? values[next++] : Array.from({ length: size }, () => nest(inner));
  return nest(tensor.shape);
}

function oddNumber(value: number, schema: JsonSchema, field: string): null {
  if (promisesNumber(schema) && !admitsNull(schema)) {
    throw new NotJsonError(`Cannot send the prediction: ${place(field)} is ${value}, which JSON cannot hold`);
  }
  return null;
}

function place(field: string): string {
  return field === "" ? "it" : JSON.stringify(field);
}

function promisesNumber(schema: JsonSchema): boolean {
  const types = [schema.type ?? []].flat();
  return types.includes("number") || types.includes("integer") || (schema.anyOf ?? []).some(promisesNumber);
}

function admitsNull(schema: JsonSchema): boolean {
  return [schema.type ?? []].flat().includes("null") || (schema.anyOf ?? []).some(admitsNull);
}

/** The schema of what lies inside, in the schema itself or in the first branch that has one. */
function childOf(schema: JsonSchema, pick: (schema: JsonSchema) => JsonSchema | undefined): JsonSchema {
  return [schema, ...(schema.anyOf ?? [])].map(pick).find((one) => one !== undefined) ?? {};
}

function additional({ additionalProperties }: JsonSchema): JsonSchema | undefined {
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}
