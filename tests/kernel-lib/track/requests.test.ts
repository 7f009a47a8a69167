import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, get, request as httpRequest, type Server } from "node:http";
import type * as Http2 from "node:http2";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { untracked } from "../../../kernel-lib/src/track/cell-context.js";
import { watchHttp2 } from "../../../kernel-lib/src/track/watch-http2.js";
import { watchRequests } from "../../../kernel-lib/src/track/watch-requests.js";
import { watchSockets } from "../../../kernel-lib/src/track/watch-sockets.js";
import { bindings, traceOf } from "./support.js";

let server: Server;
let origin: string;

beforeAll(async () => {
  watchRequests();
  server = createServer((request, response) => {
    if (request.url === "/missing") response.writeHead(404).end("no");
    else if (request.url === "/never") response.write("some");
    else response.end(JSON.stringify({ url: request.url, method: request.method }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The body that the server answers with. */
function answer(url: string, method: string): { readonly bytes: number; readonly sha256: string } {
  const text = JSON.stringify({ url, method });
  return { bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
}

test("a cell's fetches are noted with method, address, status and the hash of the body", async () => {
  const { requests } = await traceOf(async () => {
    await (await fetch(`${origin}/rows?page=1`)).json();
    await (await fetch(`${origin}/rows`, { method: "POST", body: "x" })).text();
    await (await fetch(`${origin}/missing`)).arrayBuffer();
  });
  const durationMs = expect.any(Number);
  expect(requests).toEqual([
    { method: "GET", url: `${origin}/rows?page=1`, status: 200, ...answer("/rows?page=1", "GET"), durationMs },
    { method: "POST", url: `${origin}/rows`, status: 200, ...answer("/rows", "POST"), durationMs },
    {
      method: "GET",
      url: `${origin}/missing`,
      status: 404,
      bytes: 2,
      sha256: createHash("sha256").update("no").digest("hex"),
      durationMs,
    },
  ]);
});

test("requests of node:http are noted as well, and deliver what they did", async () => {
  let body = "";
  const { requests } = await traceOf(
    () =>
      new Promise<void>((resolve, reject) => {
        const sent = httpRequest(`${origin}/put`, { method: "PUT" }, (response) => {
          response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
          response.on("end", resolve);
        });
        sent.on("error", reject).end("body");
      }),
  );
  expect(body).toBe('{"url":"/put","method":"PUT"}');
  expect(requests).toEqual([
    { method: "PUT", url: `${origin}/put`, status: 200, ...answer("/put", "PUT"), durationMs: expect.any(Number) },
  ]);
});

test("requests over HTTP/2 are noted, by whatever import of the module", async () => {
  watchHttp2();
  // A cell imports it by its bindings.
  const { connect, createServer: createHttp2 } = (await bindings().import("node:http2")) as typeof Http2;
  const http2 = createHttp2();
  http2.on("stream", (stream, headers) => {
    stream.respond({ ":status": 202 });
    stream.end(JSON.stringify({ url: headers[":path"], method: headers[":method"] }));
  });
  await once(http2.listen(0, "127.0.0.1"), "listening");
  const at = `http://127.0.0.1:${(http2.address() as AddressInfo).port}`;
  const { requests } = await traceOf(async () => {
    const session = connect(at);
    const stream = session.request({ ":method": "PUT", ":path": "/rows?page=1" });
    await once(stream.resume().end(), "end");
    session.close();
  });
  await new Promise((resolve) => http2.close(resolve));
  expect(requests).toEqual([
    {
      method: "PUT",
      url: `${at}/rows?page=1`,
      status: 202,
      ...answer("/rows?page=1", "PUT"),
      durationMs: expect.any(Number),
    },
  ]);
});

test("a WebSocket is noted with the hash of all that came", async () => {
  watchSockets();
  const { WebSocket, WebSocketServer } = createRequire(import.meta.url)("ws");
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  sockets.on("connection", (socket: { send(text: string): void; close(): void }) => {
    socket.send("one");
    socket.send("two");
    socket.close();
  });
  await once(sockets, "listening");
  const url = `ws://127.0.0.1:${sockets.address().port}/feed`;
  const { requests } = await traceOf(() => once(new WebSocket(url), "close"));
  await new Promise((resolve) => sockets.close(resolve));
  expect(requests?.filter((request) => request.url === url)).toEqual([
    {
      method: "GET",
      url,
      status: 101,
      bytes: 6,
      sha256: createHash("sha256").update("onetwo").digest("hex"),
      durationMs: expect.any(Number),
    },
  ]);
});

test("secrets in an address are masked", async () => {
  const { requests } = await traceOf(async () => {
    await (await fetch(`${origin}/rows?api_key=abcdef123&page=2`)).text();
  });
  expect(requests?.map(({ url }) => url)).toEqual([`${origin}/rows?api_key=•••&page=2`]);
});

test("an answer that has not come whole has no hash; a server that is not there no status", async () => {
  const stop = new AbortController();
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const nowhere = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/`;
  await new Promise((resolve) => gone.close(resolve));
  const { requests } = await traceOf(async () => {
    const response = await fetch(`${origin}/never`, { signal: stop.signal });
    await response.body?.getReader().read();
    await fetch(nowhere).catch(() => {});
  });
  stop.abort();
  expect(requests).toEqual([
    { method: "GET", url: `${origin}/never`, status: 200, bytes: null, sha256: null, durationMs: null },
    { method: "GET", url: nowhere, status: null, bytes: null, sha256: null, durationMs: null },
  ]);
});

test("a cell without requests has none, and Tagline's own are nobody's", async () => {
  const trace = await traceOf(() =>
    untracked(
      () => new Promise<void>((resolve) => get(`${origin}/own`, (response) => response.resume().on("end", resolve))),
    ),
  );
  expect("requests" in trace).toBe(false);
});
