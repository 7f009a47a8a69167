import { expect, test } from "vitest";
import { serving } from "./support.js";

/** Follows every `$ref` of a document; returns those that lead nowhere. */
function danglingRefs(document: Record<string, unknown>): string[] {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? "");
  return refs.filter((ref) => {
    let at: unknown = document;
    for (const part of ref.split("/")) at = (at as Record<string, unknown> | undefined)?.[part];
    return at === undefined;
  });
}

test("a client made from the OpenAPI document alone gets a prediction and knows the errors", async () => {
  const { app } = await serving();
  const document = (await app.inject("/openapi.json")).json();
  expect(document.openapi).toBe("3.1.0");
  expect(danglingRefs(document)).toEqual([]);
  const [path = "", operations] =
    Object.entries<Record<string, never>>(document.paths).find(([, all]) => "post" in (all as object)) ?? [];
  // Straight from JSON.
  const operation = operations?.["post"] as unknown as {
    requestBody: { content: Record<string, { examples: Record<string, { value: unknown }> }> };
    responses: Record<string, unknown>;
  };
  const [type = "", body] = Object.entries(operation.requestBody.content)[0] ?? [];
  for (const { value } of Object.values(body?.examples ?? {})) {
    const reply = await app.inject({
      method: "POST",
      url: path,
      headers: { "content-type": type },
      payload: JSON.stringify(value),
    });
    expect(reply.statusCode).toBe(200);
  }
  expect(document.components.schemas.PenguinsRow).toEqual({
    title: "PenguinsRow",
    type: "object",
    properties: {
      "Body Mass (g)": { type: ["number", "null"], description: "in grams" },
      Sex: { enum: ["MALE", "FEMALE", null] },
    },
    required: ["Body Mass (g)"],
  });
  expect(Object.keys(operation.responses)).toEqual(["200", "400", "403", "413", "415", "422", "500", "503", "504"]);
  expect(document.security).toBe(undefined);
});

test("the OpenAPI document of a server with a token says so; of a model without types it allows anything", async () => {
  const { app } = await serving({ input: null, output: null, example: null }, { token: "t" });
  const document = (await app.inject({ url: "/openapi.json", headers: { authorization: "Bearer t" } })).json();
  expect(document.security).toEqual([{ token: [] }]);
  expect(document.components.securitySchemes).toEqual({ token: { type: "http", scheme: "bearer" } });
  expect(document.components.schemas.PenguinsRow).toEqual({ title: "PenguinsRow" });
});
