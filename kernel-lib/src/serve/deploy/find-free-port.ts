import { createServer } from "node:net";

const FIRST = 8080;
const PORTS_TO_TRY = 200;

/** 8080, or the next port of 127.0.0.1 that nobody listens on and that is not among `taken`. */
export async function findFreePort(taken: ReadonlySet<number>): Promise<number> {
  for (let port = FIRST; port < FIRST + PORTS_TO_TRY; port += 1) {
    if (!taken.has(port) && (await portProblem(port)) === null) return port;
  }
  throw new Error(`Cannot find a free port from ${FIRST} to ${FIRST + PORTS_TO_TRY - 1}: name one with --port`);
}

/** Why this process could not listen on a port of 127.0.0.1 now; null if it could. */
export function portProblem(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(listenProblem(error)));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

const ANOTHER_PORT = "Name another --port, or none to take the next free one";

/** The end of a sentence, without its full stop. */
export function listenProblem(error: unknown, wayOut: string = ANOTHER_PORT): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `another program uses it. ${wayOut}`;
  if (code === "EACCES") return "this user may not. Name a --port above 1023";
  return error instanceof Error ? error.message : String(error);
}
