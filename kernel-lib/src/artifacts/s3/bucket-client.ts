import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { BucketError } from "./bucket-error.js";
import type { Credentials } from "./credentials.js";
import { elementOf } from "./xml.js";

/** Where a bucket is, and how to speak to it. */
export interface BucketAccess {
  readonly bucket: string;
  /** Of an S3-compatible server, `http://127.0.0.1:7070`; null for Amazon's. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly credentials: Credentials;
  readonly fetch?: typeof fetch;
  /** Wait before the first repeat, milliseconds; each next one is twice as long. Default 200. */
  readonly firstWaitMs?: number;
}

export interface BucketRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Without the bucket; empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are answers, not failures. Default: 2xx alone. */
  readonly accept?: readonly number[];
}

/** One attempt and five repeats, six seconds in all: a server that restarts is waited for. */
const ATTEMPTS = 6;
/** An answer, with its body, must be there by then. */
const LIMIT_MS = 15 * 60_000;

/** Signed requests to one bucket. What may succeed later (no connection, 429, 5xx) is tried again. */
export class BucketClient {
  readonly #access: BucketAccess;
  /** Day keys of the signature, derived once. */
  readonly #keys = new Map<string, ArrayBuffer>();

  constructor(access: BucketAccess) {
    this.#access = access;
  }

  /** The answer with a body that is read whole. @throws {BucketError} */
  async request(
    asked: BucketRequest,
  ): Promise<{ readonly headers: Headers; readonly status: number; readonly body: Buffer }> {
    return this.exchange(asked, async (answer) => ({
      headers: answer.headers,
      status: answer.status,
      body: Buffer.from(await answer.arrayBuffer()),
    }));
  }

  /** As `request`, but `read` takes the body; a failure while it does is tried again from the start. @throws {BucketError} */
  async exchange<T>(asked: BucketRequest, read: (answer: Response) => Promise<T>): Promise<T> {
    const { firstWaitMs = 200 } = this.#access;
    for (let attempt = 1; ; attempt += 1) {
      const failure = await this.#attempt(asked, read);
      if ("value" in failure) return failure.value;
      if (!failure.mayPass || attempt === ATTEMPTS) throw failure.error;
      // Between a half and all of it, so that many workers do not come back at once.
      await wait(firstWaitMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }

  async #attempt<T>(
    asked: BucketRequest,
    read: (answer: Response) => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly error: BucketError; readonly mayPass: boolean }> {
    const { accept = [], method } = asked;
    try {
      const answer = await this.#send(asked);
      if (answer.ok || accept.includes(answer.status)) return { value: await read(answer) };
      const text = await answer.text();
      const code = elementOf(text, "Code");
      const error = new BucketError(this.#reason(answer, code, elementOf(text, "Message")), {
        status: answer.status,
        code,
      });
      return { error, mayPass: answer.status >= 500 || answer.status === 429 || code === "RequestTimeout" };
    } catch (cause) {
      if (cause instanceof BucketError) return { error: cause, mayPass: false };
      const error = new BucketError(`${method} failed at ${this.#host()}: ${reasonOf(cause)}`, {
        status: 0,
        code: "",
        cause,
      });
      return { error, mayPass: true };
    }
  }

  async #send({ method, key, query = {}, headers = {}, body }: BucketRequest): Promise<Response> {
    const { credentials, region, fetch: send = fetch } = this.#access;
    const url = new URL(this.#url(key));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      // The server holds the body against it.
      headers: {
        ...headers,
        "x-amz-content-sha256": createHash("sha256")
          .update(body ?? "")
          .digest("hex"),
      },
      ...credentials,
      service: "s3",
      region,
      cache: this.#keys,
    });
    const signed = await signer.sign();
    return send(signed.url, {
      method,
      headers: signed.headers,
      redirect: "manual",
      signal: AbortSignal.timeout(LIMIT_MS),
      // A view's own bytes; a copy would double the memory of large objects.
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    });
  }

  #url(key: string): string {
    const { bucket, endpoint, region } = this.#access;
    const path = key.split("/").map(encodeURIComponent).join("/");
    if (endpoint !== null) return `${endpoint.replace(/\/+$/, "")}/${encodeURIComponent(bucket)}/${path}`;
    const host = region.startsWith("cn-") ? `s3.${region}.amazonaws.com.cn` : `s3.${region}.amazonaws.com`;
    // A dot in the name would not fit the certificate.
    return bucket.includes(".") ? `https://${host}/${bucket}/${path}` : `https://${bucket}.${host}/${path}`;
  }

  #host(): string {
    return new URL(this.#url("")).host;
  }

  #reason(answer: Response, code: string, message: string): string {
    const { bucket, region } = this.#access;
    const where = `${this.#host()} answered ${answer.status}`;
    const elsewhere = answer.headers.get("x-amz-bucket-region");
    if (elsewhere !== null && elsewhere !== region)
      return `the bucket ${bucket} is in the region ${elsewhere}: set AWS_REGION=${elsewhere}`;
    if (code === "NoSuchBucket") return `there is no bucket ${bucket} at ${this.#host()}: make it first`;
    if (answer.status === 403 && code !== "RequestTimeTooSkewed")
      return `access to the bucket ${bucket} is denied (${code || "403"}${message ? `: ${message}` : ""}): look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do`;
    return `${where}${code ? ` ${code}` : ""}${message ? `: ${message}` : ""}`;
  }
}

/** `fetch failed` hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? reasonOf(cause) : error.message || error.name;
}
