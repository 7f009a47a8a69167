import { bundle, type MimeBundle } from "./mime-bundle.js";

const signatures: readonly (readonly [mime: string, bytes: readonly number[], offset?: number])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  // "RIFF", four bytes of length, "WEBP".
  ["image/webp", [0x57, 0x45, 0x42, 0x50], 8],
];

export interface ImageOptions {
  /** How wide and high it is shown, in pixels. Default: its own size. */
  readonly width?: number;
  readonly height?: number;
}

/** Bytes of a picture, known by how they begin; null for other bytes. */
export function showImage(bytes: Uint8Array): MimeBundle | null {
  const mime = imageType(bytes);
  if (mime !== null) return imageBundle(mime, base64(bytes), bytes.byteLength);
  if (!startsLikeSvg(bytes)) return null;
  return imageBundle("image/svg+xml", view(bytes).toString("utf8"), bytes.byteLength);
}

/** The MIME type of a picture in one of the formats that browsers show, SVG left aside; null for other bytes. */
export function imageType(bytes: Uint8Array): string | null {
  const found = signatures.find(([, signature, offset = 0]) =>
    signature.every((byte, index) => bytes[offset + index] === byte),
  )?.[0];
  return found === "image/webp" && view(bytes).toString("latin1", 0, 4) !== "RIFF" ? null : (found ?? null);
}

/** @param content base64, or text for SVG */
export function imageBundle(
  mime: string,
  content: string,
  byteLength: number,
  { width, height }: ImageOptions = {},
): MimeBundle {
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  return bundle(
    { [mime]: content, "text/plain": `[${mime}, ${byteLength.toLocaleString("en")} bytes]` },
    Object.keys(size).length === 0 ? {} : { [mime]: size },
  );
}

export function base64(bytes: Uint8Array): string {
  return view(bytes).toString("base64");
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function startsLikeSvg(bytes: Uint8Array): boolean {
  const start = view(bytes).toString("utf8", 0, 1024);
  return /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(start);
}
