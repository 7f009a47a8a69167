import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BucketClient } from "./bucket-client.js";
import { BucketError } from "./bucket-error.js";
import { elementOf, elementsOf } from "./xml.js";

/** Size of a part of a multipart upload, bytes. S3 takes 10,000 of them at most. */
const PART_BYTES = 64 << 20;
const MOST_PARTS = 10_000;

/** What S3 says of an object, or null where there is none. */
export async function headObject(
  client: BucketClient,
  key: string,
): Promise<{ readonly bytes: number; readonly atMs: number } | null> {
  const { status, headers } = await client.request({ method: "HEAD", key, accept: [404] });
  if (status === 404) return null;
  return { bytes: Number(headers.get("content-length") ?? 0), atMs: Date.parse(headers.get("last-modified") ?? "") };
}

/** Puts a whole object: one request up to a part's size, parts above it. A reader never sees a part of it. */
export async function putObject(client: BucketClient, key: string, bytes: Uint8Array): Promise<void> {
  if (bytes.length <= PART_BYTES) {
    await client.request({ method: "PUT", key, body: bytes, headers: { "content-type": "application/octet-stream" } });
    return;
  }
  await putParts(client, key, bytes.length, async (from, to) => bytes.subarray(from, to));
}

/** The same from a file. Throws, and leaves nothing, where its content is no longer what the hash says. */
export async function putObjectFile(
  client: BucketClient,
  key: string,
  source: { readonly path: string; readonly bytes: number; readonly hash: string },
): Promise<void> {
  const file = await open(source.path, "r");
  const digest = createHash("sha256");
  const read = async (from: number, to: number): Promise<Buffer> => {
    const bytes = Buffer.allocUnsafe(to - from);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    digest.update(bytes.subarray(0, filled));
    if (to === source.bytes && (filled < bytes.length || digest.digest("hex") !== source.hash))
      throw new Error(`${source.path} changed while it was uploaded`);
    return bytes;
  };
  try {
    if (source.bytes <= PART_BYTES) await putObject(client, key, await read(0, source.bytes));
    else await putParts(client, key, source.bytes, read);
  } finally {
    await file.close();
  }
}

/** Parts in turn: one of them is in memory. */
async function putParts(
  client: BucketClient,
  key: string,
  bytes: number,
  read: (from: number, to: number) => Promise<Uint8Array>,
): Promise<void> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS));
  const begun = await client.request({
    method: "POST",
    key,
    query: { uploads: "" },
    headers: { "content-type": "application/octet-stream" },
  });
  const uploadId = elementOf(begun.body.toString("utf8"), "UploadId");
  try {
    const tags: string[] = [];
    for (let from = 0; from < bytes; from += partBytes) {
      const body = await read(from, Math.min(bytes, from + partBytes));
      const query = { partNumber: String(tags.length + 1), uploadId };
      const { headers } = await client.request({ method: "PUT", key, query, body });
      tags.push(headers.get("etag") ?? "");
    }
    const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
    const ended = await client.request({
      method: "POST",
      key,
      query: { uploadId },
      body: Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`),
    });
    // S3 may say 200 first, and what went wrong in the body.
    const code = elementOf(ended.body.toString("utf8"), "Code");
    if (code !== "") throw new Error(`the upload in parts failed: ${code}`);
  } catch (error) {
    await client.request({ method: "DELETE", key, query: { uploadId }, accept: [404] }).catch(() => {});
    throw error;
  }
}

/** The bytes of an object, or null where there is none. */
export async function getObject(client: BucketClient, key: string): Promise<Buffer | null> {
  try {
    return (await client.request({ method: "GET", key })).body;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Writes an object into a new file and gives its sha256, or null where there is none. */
export async function getObjectFile(client: BucketClient, key: string, path: string): Promise<string | null> {
  const fetched = client.exchange({ method: "GET", key }, async (answer) => {
    await rm(path, { force: true });
    const digest = createHash("sha256");
    const look = new Transform({
      transform(piece: Buffer, _encoding, done) {
        digest.update(piece);
        done(null, piece);
      },
    });
    // The DOM's type of the same class.
    const body = answer.body === null ? [] : Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, look, createWriteStream(path, { flags: "wx" }));
    return digest.digest("hex");
  });
  return fetched.catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
}

/** A bucket that is not there is another matter. */
function isAbsent(error: unknown): boolean {
  return error instanceof BucketError && error.status === 404 && error.code !== "NoSuchBucket";
}

/** Has an object count as put now, by a copy onto itself; tells whether the server did so. */
export async function refreshObject(client: BucketClient, bucket: string, key: string): Promise<boolean> {
  const source = `/${bucket}/${key}`.split("/").map(encodeURIComponent).join("/");
  const headers = { "x-amz-copy-source": source, "x-amz-metadata-directive": "REPLACE" };
  return client.request({ method: "PUT", key, headers }).then(
    ({ body }) => elementOf(body.toString("utf8"), "Code") === "",
    () => false,
  );
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly atMs: number;
}

/** All objects whose keys begin with the prefix. */
export async function* listObjects(client: BucketClient, prefix: string): AsyncGenerator<ListedObject> {
  let token: string | null = null;
  do {
    const query: Record<string, string> = { "list-type": "2", prefix };
    if (token !== null) query["continuation-token"] = token;
    const { body } = await client.request({ method: "GET", key: "", query });
    const xml = body.toString("utf8");
    for (const entry of elementsOf(xml, "Contents")) {
      yield {
        key: elementOf(entry, "Key"),
        bytes: Number(elementOf(entry, "Size")),
        atMs: Date.parse(elementOf(entry, "LastModified")),
      };
    }
    token = elementOf(xml, "IsTruncated") === "true" ? elementOf(xml, "NextContinuationToken") : null;
  } while (token !== null && token !== "");
}

export async function removeObject(client: BucketClient, key: string): Promise<void> {
  await client.request({ method: "DELETE", key, accept: [404] });
}
