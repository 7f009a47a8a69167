import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Keys that requests are signed with. Never logged, never part of an error's text. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, else the profile `AWS_PROFILE` (`default`) of
 * `AWS_SHARED_CREDENTIALS_FILE` (`~/.aws/credentials`); null where neither has both keys.
 */
export function findCredentials(env: NodeJS.ProcessEnv): Credentials | null {
  return (
    credentialsOf({
      id: env["AWS_ACCESS_KEY_ID"],
      secret: env["AWS_SECRET_ACCESS_KEY"],
      token: env["AWS_SESSION_TOKEN"],
    }) ?? fromProfile(env)
  );
}

function fromProfile(env: NodeJS.ProcessEnv): Credentials | null {
  const path =
    env["AWS_SHARED_CREDENTIALS_FILE"] || join(env["HOME"] || env["USERPROFILE"] || homedir(), ".aws", "credentials");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  const profile = readProfile(text, env["AWS_PROFILE"] || "default");
  return credentialsOf({
    id: profile.get("aws_access_key_id"),
    secret: profile.get("aws_secret_access_key"),
    token: profile.get("aws_session_token"),
  });
}

/** The settings of one section of an INI file. */
function readProfile(text: string, name: string): Map<string, string> {
  const settings = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === name && key !== undefined && value !== undefined) settings.set(key.toLowerCase(), value);
  }
  return settings;
}

function credentialsOf(found: {
  readonly id: string | undefined;
  readonly secret: string | undefined;
  readonly token: string | undefined;
}): Credentials | null {
  if (!found.id || !found.secret) return null;
  return {
    accessKeyId: found.id,
    secretAccessKey: found.secret,
    ...(found.token ? { sessionToken: found.token } : {}),
  };
}
