import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

interface Behind {
  readonly app: FastifyInstance;
  /** Requests that are not answered yet. */
  underWay: number;
  onIdle: (() => void) | null;
}

/** How long a port is waited for: the process that had it before may be on its way out. */
const PORT_PATIENCE_MS = 5_000;

/**
 * One port before one app that can be changed while it listens. A request goes to the app that stands there when it
 * comes, and is answered by it: a change drops none.
 */
export class Gateway {
  // Node's own 5 s would close a kept connection just as its client asks again; this is what fastify takes.
  readonly #server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => this.#route(request, response));
  #behind: Behind | null = null;
  #isClosing = false;

  /** Rejects as `net.Server.listen` does. */
  async listen(port: number): Promise<void> {
    for (const end = Date.now() + PORT_PATIENCE_MS; ; await wait(100)) {
      try {
        await this.#listenOnce(port);
        return;
      } catch (error) {
        const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
        if (!isTaken || Date.now() > end) throw error;
      }
    }
  }

  /** Puts an app in its place, and resolves when the one before, if any, has given its last answer. */
  async swap(app: FastifyInstance): Promise<void> {
    await app.ready();
    const before = this.#behind;
    this.#behind = { app, underWay: 0, onIdle: null };
    if (before !== null) await idle(before);
  }

  /** Takes no new connection, finishes what is under way, and lets go of the port. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    if (this.#behind !== null) await idle(this.#behind);
    this.#server.closeIdleConnections();
    // What is left are clients that began a request and send no more of it.
    const rest = setTimeout(() => this.#server.closeAllConnections(), 1000);
    if (this.#server.listening || this.#behind !== null) await closed;
    clearTimeout(rest);
  }

  async #listenOnce(port: number): Promise<void> {
    const listening = once(this.#server, "listening");
    this.#server.listen({ host: "127.0.0.1", port, exclusive: true });
    // Rejects where the server tells of an error first.
    await listening;
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const behind = this.#behind;
    // A kept connection would else hold the server for as long as its client likes.
    if (this.#isClosing) response.setHeader("connection", "close");
    if (behind === null) {
      response.writeHead(503, { "content-type": "application/json; charset=utf-8", "retry-after": "1" });
      response.end('{"error":{"code":"not_ready","message":"Cannot predict: the model is being loaded."}}');
      return;
    }
    behind.underWay += 1;
    response.once("close", () => {
      behind.underWay -= 1;
      if (behind.underWay === 0) behind.onIdle?.();
    });
    behind.app.routing(request, response);
  }
}

function idle(behind: Behind): Promise<void> {
  if (behind.underWay === 0) return Promise.resolve();
  return new Promise((resolve) => {
    behind.onIdle = resolve;
  });
}
