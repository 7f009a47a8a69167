import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { descendantsOf } from "../../kernel-lib/src/lab/process-tree.js";
import { isServiceAlive } from "../../kernel-lib/src/schedule/index.js";
import { freePort, newFolder } from "./support/lab.js";

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

test("npm start prints its ready line, and Jupyter answers there only to who has the token", async () => {
  const port = await freePort();
  const start = npmStart(["--no-browser", "--port", String(port)]);
  const line = await start.readyLine;
  expect(line).toMatch(new RegExp(`^Tagline is ready: http://127\\.0\\.0\\.1:${port}/lab\\S*\\?token=[0-9a-f]{48}$`));
  const url = new URL(line.slice("Tagline is ready: ".length));
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(`${url.origin}/api/kernelspecs`)).status).toBe(403);
  expect((await fetch(`${url.origin}/tagline/api/status`, { redirect: "manual" })).status).not.toBe(200);

  const headers = { authorization: `token ${url.searchParams.get("token")}` };
  const specs = await (await fetch(`${url.origin}/api/kernelspecs`, { headers })).json();
  expect(specs.kernelspecs.tagline.spec.display_name).toBe("TypeScript (Tagline)");

  // A kernel and the service, so that there is something to leave behind.
  await fetch(`${url.origin}/api/kernels`, { method: "POST", headers, body: JSON.stringify({ name: "tagline" }) });
  const status = await (await fetch(`${url.origin}/tagline/api/status`, { headers })).json();
  expect(status.root).toBe(checkout.root);
  const family = [start.pid, ...(await descendantsOf(start.pid))];
  expect(family.length).toBeGreaterThanOrEqual(4);

  start.child.kill("SIGTERM");
  await start.ended;
  await expect.poll(() => family.filter(isAlive), { timeout: 15_000 }).toEqual([]);
});

test("npm start --notebook-dir shows that folder, and its service lives before any page asks for it", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, ".tagline"));
  const port = await freePort();
  const start = npmStart(["--no-browser", "--port", String(port), "--notebook-dir", folder]);
  const url = new URL((await start.readyLine).slice("Tagline is ready: ".length));
  expect(url.pathname).toBe("/lab");
  await expect.poll(() => isServiceAlive(folder), { timeout: 30_000 }).toBe(true);
  const headers = { authorization: `token ${url.searchParams.get("token")}` };
  const status = await (await fetch(`${url.origin}/tagline/api/status`, { headers })).json();
  expect(status.root).toBe(folder);
  start.child.kill("SIGINT");
  expect(await start.ended).toBe(0);
});

test("npm start says in one sentence that a port is taken", async () => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  try {
    const start = npmStart(["--no-browser", "--port", String(port)]);
    expect(await start.ended).toBe(2);
    expect(start.errors()).toBe(
      `Cannot listen on port ${port}: another program already does, or it is not permitted. Stop that program, or choose another port, such as --port ${port + 1}.\n`,
    );
  } finally {
    other.close();
  }
});

/** The command behind `npm start`, without npm's own lines. */
function npmStart(args: readonly string[]) {
  const child = spawn(process.execPath, ["kernel-lib/bin/tagline.js", "lab", ...args], {
    cwd: checkout.root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  if (child.pid === undefined) throw new Error("Cannot start node: it has no pid");
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const readyLine = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const line = /^Tagline is ready: .*$/m.exec(output);
      if (line !== null && output.endsWith("\n")) resolve(line[0]);
    });
    void ended.then((code) => reject(new Error(`npm start ended with code ${code}\n${output}${errors}`)));
  });
  readyLine.catch(() => {});
  return { child, pid: child.pid, readyLine, ended, errors: () => errors };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
