import type { JsonSchema } from "./cell-facts.js";

/** A JSON Schema with the bounds that options need; the same text stands in the metadata form. */
export interface OptionSchema extends Omit<JsonSchema, "properties" | "anyOf" | "additionalProperties"> {
  readonly title: string;
  /** What the README's table says that it takes. */
  readonly description: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly (JsonSchema & { readonly pattern?: string; readonly title?: string })[];
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly additionalProperties?: false | { readonly type: "string" };
}

/**
 * The options of a step as JSON Schema: what cells' metadata may hold under `tagline`. The compiler checks by it, the metadata form is
 * it, and the README's table has its words (two tests hold that).
 */
export const STEP_OPTIONS_SCHEMA = {
  type: "object",
  properties: {
    cache: {
      title: "Use an earlier result",
      description: 'false, "always", an age such as "30m", "12h", "1d"',
      anyOf: [
        { title: "on or off", type: "boolean" },
        { title: "always, or an age", type: "string", pattern: "^(always|\\d+(\\.\\d+)?\\s*[smhdw])$" },
      ],
    },
    retries: {
      title: "Retries",
      description: "a whole number",
      type: "integer",
      minimum: 0,
    },
    timeoutS: {
      title: "Time limit in seconds",
      description: "seconds",
      type: "number",
      exclusiveMinimum: 0,
    },
    memoryMB: {
      title: "Memory limit in megabytes",
      description: "megabytes",
      type: "number",
      exclusiveMinimum: 0,
    },
    image: {
      title: "Container image",
      description: 'an image such as "node:20-slim"',
      type: "string",
      pattern: "^[a-z0-9][^\\s]*$",
    },
    environment: {
      title: "Environment variables",
      description: 'variables such as {"OMP_NUM_THREADS": "2"}',
      type: "object",
      additionalProperties: { type: "string" },
    },
    pool: {
      title: "Pool",
      description: 'a name such as "database"',
      type: "string",
      pattern: "^[A-Za-z0-9_.-]+$",
    },
    resources: {
      title: "Resources",
      description: '{"cpu": 2, "memory": "4Gi"}, or one of the two',
      type: "object",
      additionalProperties: false,
      properties: {
        cpu: { title: "Cores", description: "cores, such as 0.5 or 2", type: "number", exclusiveMinimum: 0 },
        memory: {
          title: "Memory",
          description: 'an amount such as "512Mi" or "4Gi"',
          type: "string",
          pattern: "^\\d+(\\.\\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$",
        },
      },
    },
  },
} as const satisfies { readonly type: "object"; readonly properties: Readonly<Record<string, OptionSchema>> };
