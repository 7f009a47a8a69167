import { bundle, type MimeBundle } from "./mime-bundle.js";

const signatures: readonly (readonly [mime: string, bytes: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/** Bytes of a picture, known by how they begin; null for other bytes. */
export function showImage(bytes: Uint8Array): MimeBundle | null {
  const mime = signatures.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))?.[0];
  if (mime !== undefined)
    return bundle({ [mime]: base64(bytes), "text/plain": `[${mime}, ${bytes.byteLength.toLocaleString("en")} bytes]` });
  if (!startsLikeSvg(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return bundle({
    "image/svg+xml": text,
    "text/plain": `[image/svg+xml, ${bytes.byteLength.toLocaleString("en")} bytes]`,
  });
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function startsLikeSvg(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString("utf8");
  return /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(start);
}
