/** What a bucket answered, when that is no success. Says which bucket and why; holds nothing of the request. */
export class BucketError extends Error {
  override readonly name = "BucketError";
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** S3's own word, `NoSuchBucket`; empty where there is none. */
  readonly code: string;

  constructor(message: string, about: { readonly status: number; readonly code: string; readonly cause?: unknown }) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.status = about.status;
    this.code = about.code;
  }
}
