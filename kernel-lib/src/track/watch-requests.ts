import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { beginRequest } from "./begin-request.js";
import type { OngoingRequest } from "./remote-record.js";
import { safely } from "./safely.js";

/** Makes the HTTP requests of cells known: those of `fetch`, the package undici, `node:http` and `node:https`, by diagnostics channels. */
export function watchRequests(): void {
  watchFetch();
  watchHttp();
}

/** What is used of undici's request; see its `docs/api/DiagnosticsChannel.md`. `onData` is given each piece of the body. */
interface UndiciRequest {
  readonly method?: string;
  readonly origin?: string | URL;
  readonly path?: string;
  onData?: (chunk: Uint8Array) => unknown;
}

function watchFetch(): void {
  const ongoing = new WeakMap<object, OngoingRequest>();
  on<{ request: UndiciRequest }>("undici:request:create", ({ request }) => {
    const known = beginRequest(request.method ?? "GET", `${String(request.origin ?? "")}${request.path ?? ""}`);
    if (known === undefined) return;
    ongoing.set(request, known);
    const { onData } = request;
    // Later versions of the package undici have no such method, and a channel for it.
    if (typeof onData !== "function") return;
    request.onData = function (chunk) {
      safely(() => known.delivered(chunk), undefined);
      return onData.call(this, chunk);
    };
  });
  on<{ request: object; response: { statusCode: number } }>("undici:request:headers", ({ request, response }) =>
    ongoing.get(request)?.answered(response.statusCode),
  );
  on<{ request: UndiciRequest; chunk: Uint8Array }>("undici:request:bodyChunkReceived", ({ request, chunk }) => {
    if (typeof request.onData !== "function") ongoing.get(request)?.delivered(chunk);
  });
  on<{ request: object }>("undici:request:trailers", ({ request }) => ongoing.get(request)?.ended());
}

function watchHttp(): void {
  const ongoing = new WeakMap<object, OngoingRequest>();
  on<{ request: ClientRequest }>("http.client.request.start", ({ request }) => {
    const url = `${request.protocol}//${request.getHeader("host") ?? request.host}${request.path}`;
    const known = beginRequest(request.method, url);
    if (known !== undefined) ongoing.set(request, known);
  });
  on<{ request: ClientRequest; response: IncomingMessage }>("http.client.response.finish", ({ request, response }) => {
    const known = ongoing.get(request);
    if (known === undefined) return;
    known.answered(response.statusCode ?? 0);
    // The parser hands over the body piece by piece, and null at its end, before anybody else sees it.
    const push = response.push;
    response.push = function (chunk: unknown, encoding?: BufferEncoding) {
      safely(() => (chunk instanceof Uint8Array ? known.delivered(chunk) : chunk === null && known.ended()), undefined);
      return push.call(this, chunk, encoding);
    };
  });
}

/** A channel's message has the shape that Node documents for it; what goes wrong here is not the person's. */
function on<Message>(channel: string, listen: (message: Message) => void): void {
  subscribe(channel, (message) => safely(() => listen(message as Message), undefined));
}
