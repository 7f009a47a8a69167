import { rememberSecret } from "../lineage/known-secrets.js";
import { findSecret } from "./find-secret.js";

/**
 * The value of a secret (a token, a password): from the environment, else from the project's `.env`. It is never logged, hashed,
 * cached or stored: what a step prints, throws or logs shows `•••` in its place, and a value that holds it cannot go from
 * step to step. Call it where it is used, or in a `parameters` or `setup` cell. `tagline run` looks for all secrets before
 * the first step.
 *
 * @throws Error that names it if it is in neither place.
 */
export function secret(name: string): string {
  if (typeof name !== "string" || name === "")
    throw new TypeError(`Cannot read a secret named ${JSON.stringify(name)}: give it a name like "API_TOKEN"`);
  const found = findSecret(name);
  if (found === null) throw new Error(missingSecret(name));
  rememberSecret(name, found.value);
  return found.value;
}

/** What to do about a secret that is nowhere. */
export function missingSecret(name: string): string {
  return `Cannot read secret ${name}: set it in the environment, or write ${name}=… into the project's .env`;
}
