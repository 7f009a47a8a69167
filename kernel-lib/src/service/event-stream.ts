import type { FastifyReply } from "fastify";

export interface EventStream {
  send(data: unknown): void;
  /** Tells the page that all is said (so that it does not reconnect) and closes. */
  end(): void;
}

export interface EventStreamOptions {
  /** A comment line this often keeps proxies from closing a quiet stream. */
  readonly heartbeatMs?: number;
  readonly onClose: () => void;
}

/** Turns a reply into server-sent events. */
export function openEventStream(reply: FastifyReply, options: EventStreamOptions): EventStream {
  reply.hijack();
  const raw = reply.raw;
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  const beat = setInterval(() => raw.write(": still here\n\n"), options.heartbeatMs ?? 15_000);
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    clearInterval(beat);
    options.onClose();
  };
  raw.on("close", close);
  raw.on("error", close);
  return {
    send(data) {
      if (open) raw.write(`data: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      if (!open) return;
      raw.write("event: end\ndata: {}\n\n");
      close();
      raw.end();
    },
  };
}
