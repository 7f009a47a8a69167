import { chmod, lstat, mkdir, realpath, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { ownVersion } from "../lineage/own-version.js";
import { findProjectRoot } from "../lineage/project.js";
import { build } from "./build.js";
import { createPorts } from "./create-ports.js";
import { findProjects } from "./find-projects.js";
import { keepProjects } from "./keep-projects.js";
import { watchParent } from "./watch-parent.js";

const usage = "Usage: node main.js --socket PATH --root DIR";

/** Listens on a unix socket that only this user may open, as long as the Jupyter that started it lives. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { socket: { type: "string" }, root: { type: "string" } } });
  if (values.socket === undefined || values.root === undefined)
    throw new TypeError(`Cannot start the service without a socket and a root. ${usage}`);
  const socket = values.socket;
  const root = await realpath(values.root);
  await mkdir(dirname(socket), { recursive: true, mode: 0o700 });
  await clear(socket);
  const tell = (event: { readonly kind: string; readonly message?: string }): void => {
    if (event.message !== undefined) console.error(event.message);
  };
  const projects = keepProjects({ onSchedule: tell, onDeployment: tell });
  const app = build({
    ports: createPorts({ root, onProject: (found) => projects.keep(found) }),
    ...{ root, version: ownVersion() },
  });
  projects.keep(findProjectRoot(root));

  let leaving = false;
  const leave = (exitCode: number): void => {
    if (leaving) return;
    leaving = true;
    // Node removes a unix socket when its server closes; the file may also be gone with its folder.
    void Promise.all([app.close(), projects.stop()])
      .then(() => rm(socket, { force: true }))
      .finally(() => process.exit(exitCode));
  };
  // Jupyter starts a service again that somebody ended, and takes 0 for "wanted to go".
  for (const [signal, number] of [
    ["SIGHUP", 1],
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ] as const) {
    process.on(signal, () => leave(128 + number));
  }
  // Last: whoever is answered may also end the service, and is told how it ended.
  const mask = process.umask(0o177);
  await app.listen({ path: socket });
  process.umask(mask);
  await chmod(socket, 0o600);
  watchParent({ onGone: () => leave(0) });
  // Projects in folders below go on by themselves after a restart, too.
  for await (const found of findProjects(root)) projects.keep(found);
}

/** Removes a socket that nobody answers on; refuses to take one that is in use, or a file that is no socket. */
async function clear(socket: string): Promise<void> {
  const found = await lstat(socket).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) throw new Error(`Cannot listen on ${socket}: a file stands there that is no socket.`);
  const answered = await new Promise<boolean>((resolve) => {
    const connection = createConnection(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on("error", () => resolve(false));
  });
  if (answered) throw new Error(`Cannot listen on ${socket}: another service answers there.`);
  await rm(socket);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
