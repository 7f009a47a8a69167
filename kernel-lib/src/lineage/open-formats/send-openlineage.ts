import type { OpenLineageEvent } from "./openlineage-events.js";

export interface SendOptions {
  /** Bearer token. */
  readonly apiKey?: string;
  /** How often one event is tried before giving up. Default: 5. */
  readonly attempts?: number;
  /** Wait before the second try, milliseconds; doubled for each further one. Default: 500. */
  readonly waitMs?: number;
  /** Time limit of one request, milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onSent?: (sent: number, total: number) => void;
}

/**
 * Sends events in order to a server of Marquez's shape. What it is busy or out of reach for (429, 5xx, no connection) is tried
 * again; an event that it refuses stops the sending, since what follows may need it. Sending an event again does no harm: the
 * server knows a run by its id.
 *
 * @param url the server (`http://host:5000`, then `/api/v1/lineage` is added) or the very address to post to
 * @throws Error with the number of events that arrived
 */
export async function sendOpenLineage(
  events: readonly OpenLineageEvent[],
  url: string,
  options: SendOptions = {},
): Promise<void> {
  const address = addressOf(url);
  for (const [index, event] of events.entries()) {
    try {
      await sendOne(event, address, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `Cannot send event ${index + 1} of ${events.length} (${event.eventType} of ${event.job.name}) to ${safe(address)}: ${reason}. The ${index} before it arrived; send again to go on`,
        { cause: error },
      );
    }
    options.onSent?.(index + 1, events.length);
  }
}

async function sendOne(event: OpenLineageEvent, address: URL, options: SendOptions): Promise<void> {
  const { apiKey, attempts = 5, waitMs = 500, timeoutMs = 10_000, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= attempts;
    const timeout = AbortSignal.timeout(timeoutMs);
    let wait = waitMs * 2 ** (attempt - 1);
    try {
      const response = await fetch(safe(address), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...authorization(apiKey, address),
        },
        body: JSON.stringify(event),
        redirect: "error",
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (response.ok) {
        await response.arrayBuffer();
        return;
      }
      const told = (await response.text()).slice(0, 300);
      const message = `it answered ${response.status}${told === "" ? "" : `: ${told}`}`;
      if (isLast || !(response.status === 429 || response.status >= 500)) throw new RefusedError(message);
      wait = Math.max(wait, 1000 * (Number(response.headers.get("retry-after")) || 0));
    } catch (error) {
      if (error instanceof RefusedError || signal?.aborted) throw error;
      if (isLast) throw new Error(`it cannot be reached (${reasonOf(error)})`, { cause: error });
    }
    await pause(Math.min(wait, 60_000), signal);
  }
}

class RefusedError extends Error {
  override readonly name = "RefusedError";
}

function addressOf(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new Error(`Cannot send to "${text}": it is no URL such as http://127.0.0.1:5000`, { cause: error });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`Cannot send to "${safe(url)}": only http: and https: are spoken`);
  if (url.pathname === "/" || url.pathname === "") url.pathname = "/api/v1/lineage";
  return url;
}

/** The address itself may hold a name and a password, which `fetch` does not take. */
function authorization(apiKey: string | undefined, { username, password }: URL): { authorization?: string } {
  if (apiKey !== undefined) return { authorization: `Bearer ${apiKey}` };
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Without name and password. */
function safe({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search}`;
}

/** Node hides the reason of a failed fetch in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}
