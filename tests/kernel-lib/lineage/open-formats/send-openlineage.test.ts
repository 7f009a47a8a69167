import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type OpenLineageEvent, sendOpenLineage } from "../../../../kernel-lib/src/lineage/open-formats/index.js";

interface Received {
  readonly path: string | undefined;
  readonly token: string | undefined;
  readonly event: unknown;
}

/** A real server that answers as told, in turn, and then with 201 as Marquez does. */
async function server(...answers: readonly ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const received: Received[] = [];
  const left = [...answers];
  const app = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part) => (body += part));
    request.on("end", () => {
      received.push({ path: request.url, token: request.headers.authorization, event: JSON.parse(body) });
      const answer = left.shift();
      if (answer === undefined) response.writeHead(201).end();
      else answer(response, request);
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => app.close(() => resolve())));
  const { port } = app.address() as AddressInfo; // listens on TCP
  return { url: `http://127.0.0.1:${port}`, received };
}

function event(name: string): OpenLineageEvent {
  return {
    eventType: "START",
    eventTime: "2026-11-24T06:00:00.000Z",
    producer: "test:",
    schemaURL: "test:",
    run: { runId: "0".repeat(8), facets: {} },
    job: { namespace: "lab", name, facets: {} },
    inputs: [],
    outputs: [],
  };
}

const events = ["a", "b", "c"].map(event);

test("sendOpenLineage() posts events in order to Marquez's address, with the token", async () => {
  const { url, received } = await server();
  const told: string[] = [];
  await sendOpenLineage(events, url, { apiKey: "k", onSent: (sent, total) => told.push(`${sent}/${total}`) });
  expect(received).toEqual(events.map((one) => ({ path: "/api/v1/lineage", token: "Bearer k", event: one })));
  expect(told).toEqual(["1/3", "2/3", "3/3"]);
});

test("sendOpenLineage() tries again while the server is busy, broken or gone, and repeats no event that arrived", async () => {
  const { url, received } = await server(
    (response) => response.writeHead(503).end("starting"),
    (response) => response.writeHead(429, { "retry-after": "0" }).end(),
    (_, request) => request.socket.destroy(),
  );
  await sendOpenLineage(events, `${url}/custom`, { waitMs: 1 });
  expect(received.map((one) => one.path)).toEqual(Array.from({ length: 6 }, () => "/custom"));
  expect(received.map((one) => (one.event as OpenLineageEvent).job.name)).toEqual(["a", "a", "a", "a", "b", "c"]);
});

test("sendOpenLineage() stops at an event that is refused, and says how far it came", async () => {
  const { url, received } = await server(
    (response) => response.writeHead(201).end(),
    (response) => response.writeHead(422).end("bad run id"),
  );
  await expect(sendOpenLineage(events, url, { waitMs: 1 })).rejects.toThrow(
    `Cannot send event 2 of 3 (START of b) to ${url}/api/v1/lineage: it answered 422: bad run id. The 1 before it arrived; send again to go on`,
  );
  expect(received).toHaveLength(2);
});

test("sendOpenLineage() logs in with the name and password of an address", async () => {
  const { url, received } = await server();
  await sendOpenLineage([event("a")], url.replace("http://", "http://ada:p%40ss@"));
  expect(received[0]?.token).toBe(`Basic ${Buffer.from("ada:p@ss").toString("base64")}`);
});

test("sendOpenLineage() gives up on a server that is not there, and shows no password of its address", async () => {
  const { url } = await server();
  const nowhere = url.replace("http://", "http://user:secret@").replace(/\d+$/, "9");
  const error: unknown = await sendOpenLineage(events, nowhere, { attempts: 2, waitMs: 1 }).catch((thrown) => thrown);
  expect(String(error)).toMatch(
    /^Error: Cannot send event 1 of 3 \(START of a\) to http:\/\/127\.0\.0\.1:9\/api\/v1\/lineage: it cannot be reached/,
  );
  expect(String(error)).not.toContain("secret");
  await expect(sendOpenLineage(events, "marquez")).rejects.toThrow(
    'Cannot send to "marquez": it is no URL such as http://127.0.0.1:5000',
  );
  await expect(sendOpenLineage(events, "file:///x")).rejects.toThrow("only http: and https: are spoken");
});
