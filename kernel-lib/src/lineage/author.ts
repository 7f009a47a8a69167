import { readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

/**
 * Who works here, as `Name <email>` or a login name: `TAGLINE_AUTHOR` if set, else what git would sign with (environment, the repository's config,
 * then the person's own), else `JUPYTERHUB_USER`, else `USER`. Reads two or three small files and starts no process;
 * git's `include` lines are not followed.
 */
export function findAuthor(root: string, env: NodeJS.ProcessEnv = process.env): string {
  const given = env["TAGLINE_AUTHOR"]?.trim();
  if (given) return given;
  const home = env["HOME"] || homedir();
  const configs = [
    repositoryConfig(root),
    join(home, ".gitconfig"),
    join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "git", "config"),
  ];
  let name = env["GIT_AUTHOR_NAME"];
  let email = env["GIT_AUTHOR_EMAIL"];
  for (const path of configs) {
    if (name && email) break;
    const user = readUserSection(path);
    name ||= user.name;
    email ||= user.email;
  }
  if (name) return email ? `${name} <${email}>` : name;
  return email || env["JUPYTERHUB_USER"] || env["USER"] || env["LOGNAME"] || env["USERNAME"] || loginName();
}

function repositoryConfig(root: string): string | null {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const git = join(folder, ".git");
    const direct = readText(join(git, "config"));
    if (direct !== null) return join(git, "config");
    // In a worktree or submodule `.git` is a file that points elsewhere.
    const pointer = /^gitdir:\s*(.+?)\s*$/m.exec(readText(git) ?? "")?.[1];
    if (pointer !== undefined) {
      const gitdir = isAbsolute(pointer) ? pointer : join(folder, pointer);
      const common = readText(join(gitdir, "commondir"))?.trim();
      return join(common === undefined ? gitdir : resolve(gitdir, common), "config");
    }
    if (dirname(folder) === folder) return null;
  }
}

function readUserSection(path: string | null): { name?: string; email?: string } {
  const user: { name?: string; email?: string } = {};
  let inUser = false;
  for (const line of (path === null ? "" : (readText(path) ?? "")).split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]"\s]+)(?:\s+"[^"]*")?\s*\]/.exec(line);
    if (section) inUser = section[1]?.toLowerCase() === "user";
    const entry = inUser ? /^\s*(name|email)\s*=\s*(.*?)\s*$/i.exec(line) : null;
    const value = entry?.[2]?.replace(/^"(.*)"$/, "$1").replace(/\s+[#;].*$/, "");
    if (!value) continue;
    if (entry?.[1]?.toLowerCase() === "name") user.name = value;
    else user.email = value;
  }
  return user;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
