import type { JsonSchema } from "../notebook/cell-facts.js";
import { table } from "./table.js";

/** A schema as lines for a person: a line for each field of an object, else its type. */
export function describeSchema(schema: JsonSchema | null): string[] {
  if (schema === null) return ["  anything (its types are not known)"];
  if (schema.properties === undefined) return [`  ${typeText(schema)}`];
  const rows = Object.entries(schema.properties).map(([name, field]) => [
    `  ${name}${schema.required?.includes(name) ? "" : "?"}`,
    typeText(field),
    field.description ?? "",
  ]);
  return table(["  ", "", ""], rows).slice(1);
}

/** As TypeScript would write it. */
function typeText(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(" | ");
  const types = schema.type === undefined ? ["anything"] : [schema.type].flat();
  return types.map((type) => oneType(type, schema)).join(" | ");
}

function oneType(type: string, schema: JsonSchema): string {
  if (type === "array" && schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeText).join(", ")}]`;
  if (type === "array")
    return schema.items === undefined ? "array" : `(${typeText(schema.items)})[]`.replace(/^\((\w+)\)/, "$1");
  if (type !== "object") return type;
  if (schema.properties !== undefined) {
    return `{ ${Object.entries(schema.properties)
      .map(([name, field]) => `${name}: ${typeText(field)}`)
      .join(", ")} }`;
  }
  return typeof schema.additionalProperties === "object"
    ? `{ [name]: ${typeText(schema.additionalProperties)} }`
    : "object";
}
