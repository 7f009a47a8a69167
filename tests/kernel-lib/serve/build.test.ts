import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { InjectOptions } from "fastify";
import { expect, test } from "vitest";
import { serveErrors } from "../../../kernel-lib/src/serve/errors.js";
import type { Predictor } from "../../../kernel-lib/src/serve/predictor.js";
import { entryOf, serving } from "./support.js";

const json = { "content-type": "application/json" };
const post = (payload: unknown, headers: Record<string, string> = json) => ({
  method: "POST" as const,
  url: "/penguins",
  headers,
  payload: typeof payload === "string" ? payload : JSON.stringify(payload),
});

test("POST of one row gives one prediction, of a list a list, of extra columns the same", async () => {
  const { app, served } = await serving();
  const one = await app.inject(post({ "Body Mass (g)": 3700, Island: "Dream", Sex: null }));
  expect(one.statusCode).toBe(200);
  expect(one.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(one.json()).toEqual({ species: "Adelie", probability: 0.75 });
  const rows = [{ "Body Mass (g)": 3700 }, { "Body Mass (g)": 5000 }];
  const list = await app.inject(post(rows));
  expect(list.json()).toEqual([
    { species: "Adelie", probability: 0.75 },
    { species: "Gentoo", probability: 0.9 },
  ]);
  expect((await app.inject(post([]))).json()).toEqual([]);
  expect(served.map(({ status, rows: count }) => [status, count])).toEqual([
    [200, 1],
    [200, 2],
    [200, 0],
  ]);
  const hash = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  expect(served[1]).toMatchObject({ model: "penguins", bodyHash: hash, id: list.headers["x-request-id"] });
  expect(JSON.stringify(served)).not.toContain("3700");
});

test.each([
  [{ "Body Mass (g)": "heavy" }, "Body Mass (g)", 0, '"Body Mass (g)" must be a number or null, not "heavy"'],
  [
    [{ "Body Mass (g)": 1 }, { Sex: "MALE" }],
    "Body Mass (g)",
    1,
    '"Body Mass (g)" is missing; it must be a number or null',
  ],
  [{ "Body Mass (g)": 1, Sex: "M" }, "Sex", 0, '"Sex" must be "MALE", "FEMALE" or null, not "M"'],
  [5, "", 0, "A row must be an object, not 5. Send one row or a list of rows"],
  [[[]], "", 0, "A row must be an object, not an empty list"],
])("POST of %j is refused with the field's name", async (body, field, row, message) => {
  const { app, served } = await serving();
  const reply = await app.inject(post(body));
  expect(reply.statusCode).toBe(422);
  expect(reply.json()).toEqual({ error: { code: "invalid_row", message, field, row } });
  expect(served).toMatchObject([{ status: 422, rows: 0 }]);
});

test("POST of what is no JSON, of another type, of nothing and of too much is refused", async () => {
  const { app } = await serving();
  const codeOf = async (request: InjectOptions): Promise<unknown[]> => {
    const reply = await app.inject(request);
    return [reply.statusCode, reply.json().error.code];
  };
  expect(await codeOf(post('{"Body Mass (g)": '))).toEqual([400, "bad_json"]);
  expect(await codeOf(post("{}", { "content-type": "text/plain" }))).toEqual([415, "wrong_type"]);
  expect(await codeOf({ method: "POST", url: "/penguins" })).toEqual([400, "bad_json"]);
  expect(await codeOf(post("", json))).toEqual([400, "bad_json"]);
  expect(await codeOf(post(`"${"x".repeat(17 * 1024 * 1024)}"`))).toEqual([413, "too_large"]);
  expect(await codeOf({ url: "/penguin" })).toEqual([404, "not_found"]);
  expect(await codeOf({ method: "DELETE", url: "/penguins" })).toEqual([405, "method_not_allowed"]);
  // A newer method, which fastify would ask for a body first.
  expect(await codeOf({ method: "QUERY" as "PUT", url: "/healthz" })).toEqual([405, "method_not_allowed"]);
  expect((await app.inject({ method: "PUT", url: "/healthz" })).headers["allow"]).toBe("GET, HEAD");
});

test("an error of the model is told without its stack, and with its row", async () => {
  const { app, errors } = await serving();
  const reply = await app.inject(post([{ "Body Mass (g)": 1 }, { "Body Mass (g)": null }]));
  expect([reply.statusCode, reply.json()]).toEqual([
    500,
    { error: { code: "predict_failed", message: "Cannot judge an unweighed bird", row: 1 } },
  ]);
  expect(errors).toEqual([]);
});

test("a row that the model refuses by an error with statusCode 422 is the caller's fault", async () => {
  const refuse = `() => { throw Object.assign(new RangeError("No bird is so light"), { statusCode: 422, field: "Body Mass (g)" }); }`;
  const { app, served } = await serving({ entry: entryOf(refuse) });
  const reply = await app.inject(post({ "Body Mass (g)": 1 }));
  expect([reply.statusCode, reply.json()]).toEqual([
    422,
    { error: { code: "row_refused", message: "No bird is so light", field: "Body Mass (g)", row: 0 } },
  ]);
  expect(served).toMatchObject([{ status: 422, rows: 1 }]);
});

test("a number that JSON cannot hold is null where the type allows it, else an error", async () => {
  const number = { type: "object", properties: { p: { type: "number" } } } as const;
  const nullable = { type: "object", properties: { p: { type: ["number", "null"] } } } as const;
  const entry = entryOf("() => ({ p: Number.NaN })");
  const row = { "Body Mass (g)": 1 };
  const strict = await (await serving({ entry, output: number })).app.inject(post(row));
  expect([strict.statusCode, strict.json().error]).toEqual([
    500,
    { code: "invalid_prediction", message: 'Cannot send the prediction: "p" is NaN, which JSON cannot hold', row: 0 },
  ]);
  for (const output of [nullable, null]) {
    expect((await (await serving({ entry, output })).app.inject(post(row))).json()).toEqual({ p: null });
  }
});

test("metadata, health and OpenAPI are there without a model's answer", async () => {
  const predictor: Predictor = {
    state: "loading",
    problem: null,
    predict: async () => ({ kind: "failed", code: "not_ready", message: "Cannot predict: still loading", row: 0 }),
    close: async () => {},
  };
  let nowMs = 1_000_000;
  const { app, root } = await serving({}, { deps: { predictor, now: () => nowMs } });
  nowMs += 2500;
  const health = await app.inject("/healthz");
  expect([health.statusCode, health.json()]).toEqual([
    503,
    { status: "loading", model: "penguins", version: expect.any(String), number: 1, uptimeS: 2.5 },
  ]);
  const about = (await app.inject("/penguins")).json();
  expect(about).toMatchObject({
    model: "penguins",
    number: 1,
    because: "newest",
    run: "01RUN",
    why: "model:penguins@1",
  });
  expect((await app.inject("/")).json()).toEqual(about);
  expect((await app.inject(post({ "Body Mass (g)": 1 }))).json()).toEqual({
    error: { code: "not_ready", message: "Cannot predict: still loading" },
  });
  expect((await app.inject("/openapi.json")).json().info).toMatchObject({ title: "penguins", version: "1" });
  expect(JSON.stringify(about)).not.toContain(root);
});

test("with a token, all but health asks for it; without one, only this machine's own names are answered", async () => {
  const { app } = await serving({}, { token: "s3cret" });
  const status = async (url: string, authorization?: string): Promise<number> =>
    (await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode;
  expect(await status("/healthz")).toBe(200);
  for (const url of ["/penguins", "/openapi.json", "/"]) {
    expect(await status(url)).toBe(401);
    expect(await status(url, "Bearer wrong")).toBe(401);
    expect(await status(url, "Basic s3cret")).toBe(401);
    expect(await status(url, "Bearer s3cret")).toBe(200);
  }
  expect((await app.inject(post({ "Body Mass (g)": 1 }))).statusCode).toBe(401);
  const { app: open } = await serving();
  const byName = async (host: string): Promise<number> =>
    (await open.inject({ ...post({ "Body Mass (g)": 1 }), headers: { ...json, host } })).statusCode;
  expect(await byName("evil.example:8080")).toBe(403);
  for (const host of ["localhost:8080", "127.0.0.1:1", "[::1]:8080", "127.0.0.1"]) expect(await byName(host)).toBe(200);
});

test("the README lists every code of the table", () => {
  const readme = readFileSync("README.md", "utf8");
  const rows = [...readme.matchAll(/^\| (\d{3}) \| `(\w+)` \| (.+) \|$/gm)].map(([, status, code, meaning]) => [
    code,
    { status: Number(status), meaning },
  ]);
  expect(Object.fromEntries(rows)).toEqual(serveErrors);
});
