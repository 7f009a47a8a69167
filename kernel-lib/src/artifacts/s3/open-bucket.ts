import { rememberSecret } from "../../lineage/known-secrets.js";
import type { ArtifactsSetting } from "../artifacts-location.js";
import { BucketClient } from "./bucket-client.js";
import { findCredentials } from "./credentials.js";

/** A bucket that can be spoken to, and the part of it that a setting names. */
export interface OpenBucket {
  readonly client: BucketClient;
  readonly bucket: string;
  /** Without slashes around it; empty for the whole bucket. */
  readonly prefix: string;
  /** `s3://bucket/prefix`. */
  readonly place: string;
}

/** @throws Error if there are no keys for it */
export function openBucket(setting: ArtifactsSetting & { readonly url: string }, env: NodeJS.ProcessEnv): OpenBucket {
  const { bucket, prefix } = placeOf(setting.url);
  const place = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  const credentials = findCredentials(env);
  if (credentials === null) {
    throw new Error(
      `Cannot use ${place}: there are no keys for it. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials`,
    );
  }
  // Neither a value nor a line of a log may carry them.
  rememberSecret("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  if (credentials.sessionToken) rememberSecret("AWS_SESSION_TOKEN", credentials.sessionToken);
  const client = new BucketClient({
    bucket,
    endpoint: endpointOf(env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"] || setting.endpoint),
    region: env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || setting.region || "us-east-1",
    credentials,
  });
  return { client, bucket, prefix, place };
}

/** `s3://bucket/some/prefix` in its parts. */
function placeOf(url: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url) ?? [];
  return { bucket, prefix: prefix.replace(/^\/+|\/+$/g, "") };
}

function endpointOf(text: string | null): string | null {
  if (text === null || text === "") return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(
      `Cannot reach the S3 server at ${text}: give its address as http://HOST:PORT in AWS_ENDPOINT_URL_S3`,
    );
  }
  if (url.username !== "" || url.password !== "")
    throw new Error(
      `Cannot use the S3 server ${url.host} with a user in its address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
  return url.href;
}
