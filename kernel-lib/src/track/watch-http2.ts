import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { beginRequest } from "./begin-request.js";
import { patch } from "./patch.js";
import { safely } from "./safely.js";
import { onModuleLoad } from "./watch-modules.js";

/** Makes the requests known that cells send over HTTP/2. Node's module weighs much and waits for somebody who loads it. */
export function watchHttp2(): void {
  let isPatched = false;
  onModuleLoad(/^(?:node:)?http2$/, (exports) => {
    if (isPatched) return;
    isPatched = true;
    patch(
      exports as Record<string, unknown>,
      "connect",
      (original) =>
        function (this: unknown, authority: unknown, ...rest: unknown[]) {
          const session = original.call(this, authority, ...rest) as ClientHttp2Session;
          safely(() => watchSession(session, String(authority)), undefined);
          return session;
        },
    );
  });
}

function watchSession(session: ClientHttp2Session, authority: string): void {
  patch(
    session,
    "request",
    (original) =>
      function (this: ClientHttp2Session, headers: Readonly<Record<string, unknown>> = {}, ...rest: unknown[]) {
        const stream = original.call(this, headers, ...rest) as ClientHttp2Stream;
        safely(() => watchStream(stream, headers, authority), undefined);
        return stream;
      },
  );
}

function watchStream(stream: ClientHttp2Stream, headers: Readonly<Record<string, unknown>>, authority: string): void {
  const url = new URL(String(headers[":path"] ?? "/"), authority);
  const known = beginRequest(String(headers[":method"] ?? "GET"), url.href);
  if (known === undefined) return;
  stream.once("response", (answer) => known.answered(Number(answer[":status"] ?? 0)));
  // Node hands the body over piece by piece, and null at its end.
  const { push } = stream;
  stream.push = function (chunk: unknown, encoding?: BufferEncoding) {
    safely(() => (chunk instanceof Uint8Array ? known.delivered(chunk) : chunk === null && known.ended()), undefined);
    return push.call(this, chunk, encoding);
  };
}
