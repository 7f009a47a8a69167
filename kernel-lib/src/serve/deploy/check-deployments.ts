import { UsageError } from "../../pipeline/run/usage-error.js";
import { checkAlias, checkModelName } from "../../registry/model-name.js";
import type { Deployment } from "./deployment.js";

/** People may have edited them. @throws {UsageError} naming what is wrong, and where */
export function checkDeployments(value: unknown, path: string): readonly Deployment[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new UsageError(`Cannot read ${path}: "deployments" must be a list.`);
  const deployments = value.map((entry: unknown, index) => {
    try {
      return checkDeployment(entry);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UsageError(`Cannot use deployment ${index + 1} in ${path}: ${reason}`, { cause });
    }
  });
  for (const [index, { name, port }] of deployments.entries()) {
    const before = deployments.slice(0, index);
    if (before.some((other) => other.name === name))
      throw new UsageError(`Cannot use ${path}: two deployments have the name ${name}.`);
    const same = before.find((other) => other.port === port);
    if (same !== undefined)
      throw new UsageError(`Cannot use ${path}: the deployments ${same.name} and ${name} have the same port, ${port}.`);
  }
  return deployments;
}

/** A deployment's name stands in commands and addresses. */
export function checkDeploymentName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw new RangeError(
    `Cannot name a deployment ${JSON.stringify(name)}: use a letter, then up to 63 letters, digits, "-", "_" and "."`,
  );
}

function checkDeployment(entry: unknown): Deployment {
  if (typeof entry !== "object" || entry === null) throw new TypeError("it must be an object.");
  const fields: Readonly<Record<string, unknown>> = { ...entry };
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== "string" || value === "") throw new TypeError(`"${name}" must be a text.`);
    return value;
  };
  const textOrNull = (name: string): string | null => ((fields[name] ?? null) === null ? null : text(name));
  const follows = textOrNull("follows");
  const version = textOrNull("version");
  const tokenSha256 = textOrNull("tokenSha256");
  if (follows === null && version === null) throw new TypeError(`it needs "follows" (an alias) or "version" (an id).`);
  if (follows !== null && follows !== "newest") checkAlias(follows);
  if (version !== null && !/^[0-9a-f]{64}$/.test(version))
    throw new TypeError(`"version" must be a version's whole id, of 64 digits.`);
  if (tokenSha256 !== null && !/^[0-9a-f]{64}$/.test(tokenSha256))
    throw new TypeError(`"tokenSha256" must be the sha256 of a token, 64 digits.`);
  const port = fields["port"];
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65535)
    throw new TypeError(`"port" must be a whole number from 1 to 65535.`);
  const stopped = fields["stopped"] ?? false;
  if (typeof stopped !== "boolean") throw new TypeError(`"stopped" must be true or false.`);
  const startedAt = text("startedAt");
  if (Number.isNaN(Date.parse(startedAt))) throw new TypeError(`"startedAt" must be a date and time.`);
  const name = checkDeploymentName(text("name"));
  const model = checkModelName(text("model"));
  return { name, model, follows, version, port, tokenSha256, stopped, startedAt };
}
