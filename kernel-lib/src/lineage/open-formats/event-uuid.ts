import { createHash } from "node:crypto";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID's 128 bits as a UUID, so that both sort alike; of any other text a UUID made from its hash. */
export function uuidOf(id: string): string {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return namedUuid(id);
  let bits = 0n;
  for (const letter of id) bits = bits * 32n + BigInt(CROCKFORD.indexOf(letter));
  return dashed(bits.toString(16).padStart(32, "0"));
}

/** RFC 9562, version 8: the same name gives the same UUID. */
export function namedUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) & 3)).toString(16);
  return dashed(`${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17)}`);
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
