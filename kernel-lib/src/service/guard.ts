import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "./errors.js";

/**
 * Lets a changing request pass only from Jupyter's own page. The proxy in front checks the login but no
 * XSRF cookie, so three things stand in for it: a header that a form cannot send, JSON (which a form
 * cannot send either), and the same origin as told by the browser.
 * Throws a ServiceError with status 403.
 */
export function guardChange(headers: IncomingHttpHeaders): void {
  if (headers["x-tagline"] !== "1") {
    throw new ServiceError(
      "header-missing",
      "Cannot accept a change without the header `X-Tagline: 1`: send it with the request.",
    );
  }
  const type = headers["content-type"] ?? "";
  if (type.split(";")[0]?.trim().toLowerCase() !== "application/json") {
    throw new ServiceError(
      "not-json",
      `Cannot accept a change as ${type === "" ? "no content type" : type}: send Content-Type: application/json.`,
    );
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new ServiceError(
      "not-same-origin",
      `Cannot accept a change from another site (Sec-Fetch-Site: ${String(site)}): use Jupyter's own page.`,
    );
  }
  const origin = headers.origin;
  if (origin !== undefined && !ownHosts(headers).has(hostOf(origin))) {
    throw new ServiceError("not-same-origin", `Cannot accept a change from ${origin}: use Jupyter's own page.`);
  }
}

/** Hosts under which the page may know this server: what the proxy was asked for, and what stood before it. */
function ownHosts(headers: IncomingHttpHeaders): Set<string> {
  const forwarded = headers["x-forwarded-host"];
  const list = [headers.host, ...(Array.isArray(forwarded) ? forwarded : (forwarded ?? "").split(","))];
  return new Set(list.map((host) => host?.trim().toLowerCase() ?? "").filter((host) => host !== ""));
}

/** `null` (a sandboxed page) and nonsense belong to no host. */
function hostOf(origin: string): string {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return "(none)";
  }
}
