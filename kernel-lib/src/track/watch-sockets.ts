import { beginRequest } from "./begin-request.js";
import { patch } from "./patch.js";
import type { OngoingRequest } from "./remote-record.js";
import { safely } from "./safely.js";
import { onModuleLoad } from "./watch-modules.js";

/** What is used of a client of the package `ws`. */
interface Socket {
  readonly url?: string;
}

const SWITCHING_PROTOCOLS = 101;

/** Makes known to what cells connect by WebSocket (the package `ws`), with the hash of all that came until it was closed. */
export function watchSockets(): void {
  const patched = new WeakSet<object>();
  onModuleLoad(/(?:^|[\\/])ws(?:[\\/]|$)/, (exports) => {
    const made: unknown = typeof exports === "function" ? exports : exports["WebSocket"];
    if (typeof made !== "function" || patched.has(made) || !("prototype" in made) || !isSocket(made.prototype)) return;
    patched.add(made);
    const ongoing = new WeakMap<object, OngoingRequest>();
    patch(
      made.prototype as Record<string, unknown>,
      "emit",
      (original) =>
        function (this: Socket, event: unknown, ...given: unknown[]) {
          safely(() => note(this, event, given[0], ongoing), undefined);
          return original.call(this, event, ...given);
        },
    );
  });
}

function isSocket(prototype: unknown): boolean {
  return typeof prototype === "object" && prototype !== null && "emit" in prototype && "send" in prototype;
}

function note(socket: Socket, event: unknown, data: unknown, ongoing: WeakMap<object, OngoingRequest>): void {
  if (event === "open" && socket.url) {
    const known = beginRequest("GET", socket.url);
    if (known === undefined) return;
    known.answered(SWITCHING_PROTOCOLS);
    ongoing.set(socket, known);
  } else if (event === "message" && data instanceof Uint8Array) ongoing.get(socket)?.delivered(data);
  else if (event === "close") ongoing.get(socket)?.ended();
}
