import type { JsonSchema } from "../notebook/cell-facts.js";

/** What is wrong with a value, and where. */
export interface Fault {
  /** As in `address.street` or `sizes[2]`; empty for the value itself. */
  readonly field: string;
  /** A sentence without its full stop. */
  readonly message: string;
}

/**
 * Holds a value of JSON against a schema; null if it fits. Fields that the schema does not name are welcome: a row may
 * come with all columns of its source.
 */
export function findFault(schema: JsonSchema, value: unknown, field = ""): Fault | null {
  if (schema.enum !== undefined && !schema.enum.some((one) => one === value)) return mismatch(schema, value, field);
  if (schema.anyOf !== undefined) return faultOfUnion(schema, schema.anyOf, value, field);
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) return mismatch(schema, value, field);
  if (Array.isArray(value)) return faultOfList(schema, value, field);
  if (isRecord(value)) return faultOfObject(schema, value, field);
  return null;
}

/** `a number or null`, for the end of "must be …". */
export function expectation(schema: JsonSchema): string {
  if (schema.enum !== undefined) return alternatives(schema.enum.map((one) => JSON.stringify(one)));
  if (schema.anyOf !== undefined) return alternatives([...new Set(schema.anyOf.map(expectation))]);
  return alternatives(typesOf(schema).map((type) => typeWords[type] ?? type));
}

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

function faultOfUnion(
  schema: JsonSchema,
  branches: readonly JsonSchema[],
  value: unknown,
  field: string,
): Fault | null {
  const faults = branches.map((branch) => findFault(branch, value, field));
  if (faults.includes(null)) return null;
  // Where only one branch is of the value's kind, what is wrong lies deeper inside.
  const near = faults.filter((fault, index) => fault !== null && isOfKind(branches[index], value));
  return near.length === 1 && near[0] !== undefined ? near[0] : mismatch(schema, value, field);
}

function isOfKind(branch: JsonSchema | undefined, value: unknown): boolean {
  return typeof value === "object" && value !== null && typesOf(branch ?? {}).some((type) => isOfType(type, value));
}

function faultOfList(schema: JsonSchema, list: readonly unknown[], field: string): Fault | null {
  const fixed = schema.prefixItems ?? [];
  if (list.length < fixed.length) {
    return { field, message: `${named(field)} must be a list of ${fixed.length}, not of ${list.length}` };
  }
  for (const [index, item] of list.entries()) {
    const itemSchema = fixed[index] ?? schema.items;
    const fault = itemSchema === undefined ? null : findFault(itemSchema, item, `${field}[${index}]`);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOfObject(schema: JsonSchema, record: Readonly<Record<string, unknown>>, field: string): Fault | null {
  const inside = (name: string): string => (field === "" ? name : `${field}.${name}`);
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(record, name)) continue;
    const wanted = properties[name] === undefined ? "" : expectation(properties[name]);
    return {
      field: inside(name),
      message: `${named(inside(name))} is missing${wanted === "" ? "" : `; it must be ${wanted}`}`,
    };
  }
  for (const [name, value] of Object.entries(record)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const itsSchema =
      own ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
    const fault = itsSchema === undefined ? null : findFault(itsSchema, value, inside(name));
    if (fault !== null) return fault;
  }
  return null;
}

function mismatch(schema: JsonSchema, value: unknown, field: string): Fault {
  return { field, message: `${named(field)} must be ${expectation(schema)}, not ${show(value)}` };
}

function named(field: string): string {
  return field === "" ? "A row" : JSON.stringify(field);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isRecord(value)) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function alternatives(words: readonly string[]): string {
  if (words.length === 0) return "something else";
  if (words.length > 12) return `one of ${words.slice(0, 12).join(", ")}, …`;
  return words.length === 1 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function typesOf({ type }: JsonSchema): readonly string[] {
  return type === undefined ? [] : typeof type === "string" ? [type] : type;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isRecord(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      // JSON text may hold 1e999, which no number does.
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
