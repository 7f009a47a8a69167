import type { JsonSchema } from "../notebook/cell-facts.js";
import type { ModelManifest } from "../registry/model-version.js";
import { type ServeErrorCode, serveErrors } from "./errors.js";

export interface OpenApiOptions {
  /** Whether callers must send a token. */
  readonly needsToken: boolean;
}

/** An OpenAPI 3.1 document of a served version, from the JSON Schemas of its TypeScript types. A client can be made from it alone. */
export function toOpenApi(manifest: ModelManifest, { needsToken }: OpenApiOptions): object {
  const { model, number, id, input, output, example } = manifest;
  const type = pascalCase(model);
  const [row, prediction] = [`${type}Row`, `${type}Prediction`];
  const path = `/${model}`;
  const hasExample = example !== null && example !== undefined;
  return {
    openapi: "3.1.0",
    info: {
      title: model,
      version: String(number),
      description: `Predictions of model ${model}, version ${number} (${id}), served by Tagline.`,
    },
    servers: [{ url: "/" }],
    paths: {
      [path]: {
        post: {
          operationId: `predict${type}`,
          summary: `Predict one row or a list of rows`,
          description:
            "One row gives one prediction, a list of rows gives a list of predictions in the same order. " +
            "A row may come with more fields than the model reads.",
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: oneOrMany(row),
                ...(hasExample
                  ? {
                      examples: {
                        one: { summary: "One row", value: example },
                        list: { summary: "A list of rows", value: [example, example] },
                      },
                    }
                  : {}),
              },
            },
          },
          responses: {
            "200": {
              description: "The prediction, or one for each row",
              headers: {
                "X-Request-Id": { description: "Under this id the request is noted", schema: { type: "string" } },
              },
              content: { "application/json": { schema: oneOrMany(prediction) } },
            },
            ...errors(
              "bad_json",
              "too_large",
              "wrong_type",
              "invalid_row",
              "row_refused",
              "predict_failed",
              "not_ready",
              "predict_timeout",
              ...guarded(needsToken),
            ),
          },
        },
        get: {
          operationId: `describe${type}`,
          summary: "What is served",
          responses: {
            "200": {
              description: "The version's metadata",
              content: { "application/json": { schema: ref("Metadata") } },
            },
            ...errors(...guarded(needsToken)),
          },
        },
      },
      "/healthz": {
        get: {
          operationId: "health",
          summary: "Whether the model can answer",
          security: [],
          responses: {
            "200": { description: "It can", content: { "application/json": { schema: ref("Health") } } },
            "503": {
              description: "It is being loaded, or cannot be loaded",
              content: { "application/json": { schema: ref("Health") } },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        [row]: withTitle(input, row),
        [prediction]: withTitle(output, prediction),
        Health: healthSchema,
        Metadata: metadataSchema,
        Error: errorSchema,
      },
      ...(needsToken ? { securitySchemes: { token: { type: "http", scheme: "bearer" } } } : {}),
    },
    ...(needsToken ? { security: [{ token: [] }] } : {}),
  };
}

function guarded(needsToken: boolean): ServeErrorCode[] {
  return [needsToken ? "unauthorized" : "forbidden_host"];
}

function oneOrMany(name: string): object {
  return { anyOf: [ref(name), { type: "array", items: ref(name) }] };
}

function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

function withTitle(schema: JsonSchema | null, title: string): object {
  return { title, ...schema };
}

/** One entry for each status; codes that share one are told together. */
function errors(...codes: readonly ServeErrorCode[]): Record<string, object> {
  const responses: Record<string, { description: string; content: object }> = {};
  for (const code of codes) {
    const { status, meaning } = serveErrors[code];
    const description = [responses[status]?.description, `\`${code}\`: ${meaning}`].filter(Boolean).join(" ");
    responses[status] = { description, content: { "application/json": { schema: ref("Error") } } };
  }
  return responses;
}

const errorSchema = {
  type: "object",
  properties: {
    error: {
      type: "object",
      properties: {
        code: { type: "string", enum: Object.keys(serveErrors) },
        message: { type: "string", description: "A sentence for a person" },
        field: { type: "string", description: "The field that is wrong; empty if the row itself is" },
        row: { type: "integer", description: "Index of the row, from 0" },
      },
      required: ["code", "message"],
    },
  },
  required: ["error"],
} as const;

const healthSchema = {
  type: "object",
  properties: {
    status: { type: "string", enum: ["ok", "loading", "failed"] },
    model: { type: "string" },
    version: { type: "string", description: "The version's id" },
    number: { type: "integer" },
    uptimeS: { type: "number", description: "Seconds since the server began to listen" },
    problem: { type: "string", description: "Why the model cannot be loaded" },
  },
  required: ["status", "model", "version", "number", "uptimeS"],
} as const;

const metadataSchema = {
  type: "object",
  properties: {
    model: { type: "string" },
    version: { type: "string", description: "The version's id" },
    number: { type: "integer" },
    because: { type: "string", enum: ["asked", "production", "newest"], description: "Why this version is served" },
    aliases: { type: "array", items: { type: "string" }, description: "As they were when the server started" },
    createdAt: { type: "string" },
    run: { type: "string" },
    notebook: { type: ["string", "null"] },
    target: { type: ["string", "null"] },
    metrics: { type: "object", additionalProperties: { type: ["number", "null"] } },
    input: { type: ["object", "null"], description: "JSON Schema of a row" },
    output: { type: ["object", "null"], description: "JSON Schema of a prediction" },
    example: { description: "A row that the model takes" },
    why: { type: "string", description: "What to ask `tagline why`" },
  },
  required: ["model", "version", "number", "because"],
} as const;

function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}
