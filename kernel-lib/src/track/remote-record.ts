import { createHash } from "node:crypto";
import type { QueryUse, RequestUse } from "../lineage/cell-trace.js";
import { maskText } from "../lineage/secrets.js";

/** Statements are kept up to this length. */
const LONGEST_STATEMENT = 2000;
/** What a cell asks for in a loop is not all worth keeping. */
const MOST = 1000;

/** An HTTP request on its way. */
export class OngoingRequest {
  readonly #method: string;
  readonly #url: string;
  readonly #startedMs = performance.now();
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #status: number | null = null;
  #durationMs: number | null = null;
  #sha256: string | null = null;

  constructor(method: string, url: string) {
    this.#method = method;
    this.#url = maskText(url);
  }

  answered(status: number): void {
    this.#status = status;
  }

  /** Bytes of the answer's body came, as they are on the wire. */
  delivered(bytes: Uint8Array): void {
    if (this.#durationMs !== null) return;
    this.#hash.update(bytes);
    this.#bytes += bytes.byteLength;
  }

  ended(): void {
    if (this.#durationMs !== null) return;
    this.#durationMs = performance.now() - this.#startedMs;
    this.#sha256 = this.#hash.digest("hex");
  }

  facts(): RequestUse {
    const isWhole = this.#sha256 !== null;
    return {
      method: this.#method,
      url: this.#url,
      status: this.#status,
      bytes: isWhole ? this.#bytes : null,
      sha256: this.#sha256,
      durationMs: this.#durationMs,
    };
  }
}

/** A statement on its way. */
export class OngoingQuery {
  readonly #system: string;
  readonly #statement: string;
  readonly #startedMs = performance.now();
  #rows: number | null = null;
  #durationMs: number | null = null;

  constructor(system: string, statement: string) {
    this.#system = system;
    const masked = maskText(statement);
    this.#statement = masked.length > LONGEST_STATEMENT ? `${masked.slice(0, LONGEST_STATEMENT)}…` : masked;
  }

  ended(rows: number | null): void {
    this.#rows = rows;
    this.#durationMs = performance.now() - this.#startedMs;
  }

  facts(): QueryUse {
    return { system: this.#system, statement: this.#statement, rows: this.#rows, durationMs: this.#durationMs };
  }
}

/** What one cell asked of other machines. */
export class RemoteRecord {
  readonly #requests: OngoingRequest[] = [];
  readonly #queries: OngoingQuery[] = [];

  request(method: string, url: string): OngoingRequest {
    const request = new OngoingRequest(method, url);
    if (this.#requests.length < MOST) this.#requests.push(request);
    return request;
  }

  query(system: string, statement: string): OngoingQuery {
    const query = new OngoingQuery(system, statement);
    if (this.#queries.length < MOST) this.#queries.push(query);
    return query;
  }

  /** As a trace has them. */
  facts(): { readonly requests?: readonly RequestUse[]; readonly queries?: readonly QueryUse[] } {
    return {
      ...(this.#requests.length === 0 ? {} : { requests: this.#requests.map((request) => request.facts()) }),
      ...(this.#queries.length === 0 ? {} : { queries: this.#queries.map((query) => query.facts()) }),
    };
  }
}
