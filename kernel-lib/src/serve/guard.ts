import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { ServeError } from "./errors.js";

/** Lets a request in, or throws. */
export type Guard = (headers: IncomingHttpHeaders) => void;

/**
 * With a token, whoever carries it; without one, whoever asks for this machine by its own name, so that no web page can.
 *
 * @param tokenSha256 hex
 */
export function createGuard(tokenSha256: string | null): Guard {
  if (tokenSha256 === null) return (headers) => checkHost(headers.host);
  const expected = Buffer.from(tokenSha256, "hex");
  return (headers) => {
    const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
    if (given !== undefined && timingSafeEqual(Buffer.from(sha256(given.trim()), "hex"), expected)) return;
    throw new ServeError(
      "unauthorized",
      given === undefined
        ? "Cannot answer without a token: send Authorization: Bearer TOKEN."
        : "Cannot answer: the token is wrong.",
    );
  };
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "::1" ||
    (isIP(name) === 4 && name.startsWith("127."))
  );
}

function checkHost(host: string | undefined): void {
  const name = (host ?? "").replace(/:\d+$/, "");
  if (isLoopback(name)) return;
  throw new ServeError(
    "forbidden_host",
    `Cannot answer to the name ${JSON.stringify(name)}: without a token, this server answers to localhost alone. Start it with TAGLINE_TOKEN set.`,
  );
}

/** Hex: of equal length whatever comes in, as the comparison in constant time needs. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
