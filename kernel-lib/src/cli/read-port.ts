import { UsageError } from "../pipeline/run/usage-error.js";

/** What `--port` says. @throws {UsageError} */
export function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new UsageError(`Cannot listen on port ${text}: give a number from 0 to 65535.`);
}
