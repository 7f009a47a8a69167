import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startBackground } from "./background.js";
import { freePort } from "./free-port.js";
import { ensureProgram } from "./system-packages.js";

/** A Redis of its own on loopback, which keeps nothing. */
export async function startRedis() {
  const program = ensureProgram("redis-server", "redis-server");
  const folder = mkdtempSync(join(tmpdir(), "tagline-redis-"));
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const server = startBackground("redis", program, args, { log: join(folder, "redis.log") });
  const close = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; !(await isOpen(port)); attempt += 1) {
    if (attempt >= 240 || !server.isRunning()) {
      const told = server.tail();
      await close();
      throw new Error(`Cannot start Redis:\n${told}`);
    }
    await wait(250);
  }
  return { port, url: `redis://127.0.0.1:${port}/0`, close };
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
