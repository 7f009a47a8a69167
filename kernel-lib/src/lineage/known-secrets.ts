import { inspect } from "node:util";
import { MASK } from "./secrets.js";

/** Shorter values would blot out innocent text everywhere; nobody can call them secret. */
const SHORTEST = 4;

/** Spellings of the secrets that this process has read, each with the secret's name. In memory alone. */
const known = new Map<string, string>();

let listener: ((name: string, value: string) => void) | null = null;

/** Has each secret told that this process reads from now on: a step tells them to the run, which masks what the step prints. */
export function onSecret(listen: (name: string, value: string) => void): void {
  listener = listen;
}

/** From now on this value is masked wherever this process logs or stores anything. */
export function rememberSecret(name: string, value: string): void {
  if (value.length < SHORTEST || known.has(value)) return;
  listener?.(name, value);
  const quoted = [JSON.stringify(value), inspect(value)].map((text) => text.slice(1, -1));
  for (const spelling of [value, ...quoted, encodeURIComponent(value)]) known.set(spelling, name);
}

/** The text with every known secret masked. */
export function maskKnown(text: string): string {
  let masked = text;
  for (const spelling of known.keys()) if (masked.includes(spelling)) masked = masked.replaceAll(spelling, MASK);
  return masked;
}

/** A plain value (as messages and documents are) with the known secrets masked in all of its strings; the same object if there is none. */
export function maskKnownIn<T>(value: T): T {
  if (known.size === 0) return value;
  // Masking keeps the shape: strings stay strings, lists and records keep their members.
  return masked(value) as T;
}

/** False as long as this process has read no secret that could be masked. */
export function knowsSecrets(): boolean {
  return known.size > 0;
}

/** The name of a known secret that stands in these bytes as UTF-8, or null. */
export function secretIn(bytes: Uint8Array): string | null {
  if (known.size === 0) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [spelling, name] of known) if (buffer.includes(spelling)) return name;
  return null;
}

function masked(value: unknown): unknown {
  if (typeof value === "string") return maskKnown(value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [maskKnown(key), masked(member)]));
}
