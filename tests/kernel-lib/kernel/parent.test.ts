import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

const main = fileURLToPath(new URL("../../../kernel-lib/dist/kernel/main.js", import.meta.url));

test("a kernel ends when the process that started it is killed", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tagline-parent-")), "kernel.json");
  const ports = await freePorts(5);
  const names = ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"];
  const connection = Object.fromEntries(names.map((name, index) => [name, ports[index]]));
  writeFileSync(
    file,
    JSON.stringify({ ...connection, ip: "127.0.0.1", transport: "tcp", key: "k", signature_scheme: "hmac-sha256" }),
  );
  const code = `
    const child = require("node:child_process").spawn(process.execPath, ${JSON.stringify([main, file])}, { stdio: "ignore" });
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const launcher = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = await once(launcher.stdout, "data");
  const kernel = Number(String(first).trim());
  // The kernel listens once its wire stands; killed earlier, the launcher would leave a kernel that never looked.
  await vi.waitFor(() => expect(isListening(ports[0] ?? 0)).resolves.toBe(true), { timeout: 30_000, interval: 100 });
  launcher.kill("SIGKILL");
  await vi.waitFor(() => expect(isAlive(kernel)).toBe(false), { timeout: 15_000, interval: 100 });
}, 60_000);

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await listen(port)).close();
    return false;
  } catch {
    return true;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
