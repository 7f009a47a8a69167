import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startBackground } from "./background.js";
import { freePort } from "./free-port.js";
import { ensureProgram } from "./system-packages.js";

/**
 * A PostgreSQL of its own on loopback, with one empty database and no password. It refuses to run as root, so root lends it to the
 * system's user `postgres`.
 *
 * @param {string} [database]
 */
export async function startPostgres(database = "tagline") {
  const initdb = ensureProgram("initdb", "postgresql");
  const postgres = ensureProgram("postgres", "postgresql");
  const createdb = ensureProgram("createdb", "postgresql-client");
  const folder = mkdtempSync(join(tmpdir(), "tagline-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  const lent = process.getuid?.() === 0 ? idsOf("postgres") : null;
  if (lent !== null) for (const path of [folder, data]) chownSync(path, lent.uid, lent.gid);
  const user = lent ?? {};
  const port = await freePort();
  execFileSync(initdb, ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], {
    ...user,
    cwd: folder,
    stdio: "ignore",
  });
  const server = startBackground(
    "postgres",
    postgres,
    [
      ..."-h 127.0.0.1 -c fsync=off -c max_connections=200 -c shared_buffers=64MB".split(" "),
      ...["-D", data, "-p", String(port), "-k", folder],
    ],
    { ...user, cwd: folder, log: `${folder}.log` },
  );
  const close = async () => {
    // Fast shutdown: connections are cut.
    await server.stop("SIGINT");
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.log`, { force: true });
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      execFileSync(createdb, ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", database], { stdio: "pipe" });
      break;
    } catch (error) {
      if (attempt >= 240 || !server.isRunning()) {
        const told = server.tail();
        await close();
        throw new Error(`Cannot start PostgreSQL:\n${told}`, { cause: error });
      }
      await wait(250);
    }
  }
  return { port, database, user: "postgres", close };
}

/** @param {string} name */
function idsOf(name) {
  const id = (/** @type {string} */ flag) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
