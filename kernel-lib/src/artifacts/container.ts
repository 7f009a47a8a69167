/**
 * The bytes of a stored object: eight letters, the length of a JSON header, the header, and blobs, each at a multiple of
 * eight so that wide numbers can be read in place. All numbers are little-endian.
 */
const MAGIC = Buffer.from("TAGLINE1");

/** Place and length of a blob, counted from the first blob's start. */
type BlobPlace = readonly [offset: number, bytes: number];

export function packContainer(header: object, blobs: readonly Uint8Array[]): Buffer {
  let offset = 0;
  const places = blobs.map((blob): BlobPlace => {
    const place: BlobPlace = [offset, blob.length];
    offset = align(offset + blob.length);
    return place;
  });
  const json = Buffer.from(JSON.stringify({ ...header, blobs: places }));
  const start = align(MAGIC.length + 4 + json.length);
  const bytes = Buffer.alloc(start + offset);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(json.length, MAGIC.length);
  json.copy(bytes, MAGIC.length + 4);
  blobs.forEach((blob, index) => {
    bytes.set(blob, start + (places[index]?.[0] ?? 0));
  });
  return bytes;
}

export function unpackContainer(bytes: Buffer): { readonly header: unknown; readonly blobs: readonly Uint8Array[] } {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw new Error("Cannot read the stored object: it does not begin with TAGLINE1");
  const length = bytes.readUInt32LE(MAGIC.length);
  // Written by packContainer, and the store has checked the hash of all of it.
  const header = JSON.parse(bytes.toString("utf8", MAGIC.length + 4, MAGIC.length + 4 + length)) as {
    blobs: BlobPlace[];
  };
  const start = align(MAGIC.length + 4 + length);
  return { header, blobs: header.blobs.map(([offset, size]) => bytes.subarray(start + offset, start + offset + size)) };
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
