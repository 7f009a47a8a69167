import { createServer } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, test } from "vitest";
import { Gateway } from "../../../../kernel-lib/src/serve/deploy/gateway.js";

const opened: Gateway[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** An app that tells its name; at `/slow` only when it is let go. */
function named(name: string): {
  readonly app: FastifyInstance;
  readonly letGo: () => void;
  readonly asked: Promise<void>;
} {
  const app = fastify();
  let letGo = (): void => {};
  let tellAsked = (): void => {};
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    tellAsked = resolve;
  });
  app.get("/", async () => name);
  app.get("/slow", async () => {
    tellAsked();
    await free;
    return name;
  });
  return { app, letGo, asked };
}

async function open(): Promise<{ readonly gateway: Gateway; readonly url: string; readonly port: number }> {
  const gateway = new Gateway();
  const port = await freePort();
  await gateway.listen(port);
  opened.push(gateway);
  return { gateway, port, url: `http://127.0.0.1:${port}` };
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

test("Gateway answers 503 as long as nothing stands behind it", async () => {
  const { url } = await open();
  const reply = await fetch(url);
  expect([reply.status, await reply.json()]).toEqual([
    503,
    { error: { code: "not_ready", message: "Cannot predict: the model is being loaded." } },
  ]);
});

test("swap() lets the app before finish what it was asked, and drops no request", async () => {
  const { gateway, url } = await open();
  const [one, two] = [named("one"), named("two")];
  await gateway.swap(one.app);
  const slow = textOf(`${url}/slow`);
  await one.asked;
  let isGoing = true;
  const answers: string[] = [];
  const clients = Array.from({ length: 8 }, async () => {
    while (isGoing) answers.push(await textOf(url));
  });
  await expect.poll(() => answers.length).toBeGreaterThan(8);
  let isDrained = false;
  const drained = gateway.swap(two.app).then(() => {
    isDrained = true;
  });
  expect(await textOf(url)).toBe("two");
  expect(isDrained).toBe(false);
  one.letGo();
  await drained;
  expect(await slow).toBe("one");
  isGoing = false;
  await Promise.all(clients);
  expect(new Set(answers)).toEqual(new Set(["one", "two"]));
});

test("close() gives the answer that is under way, then lets go of the port", async () => {
  const { gateway, port, url } = await open();
  const { app, letGo, asked } = named("last");
  await gateway.swap(app);
  const slow = textOf(`${url}/slow`);
  await asked;
  const closed = gateway.close();
  letGo();
  expect(await slow).toBe("last");
  await closed;
  await expect(fetch(url)).rejects.toThrow();
  const next = new Gateway();
  await next.listen(port);
  opened.push(next);
});

test("listen() waits for whoever is about to let go of the port", async () => {
  const { gateway, port } = await open();
  const next = new Gateway();
  const listening = next.listen(port);
  await gateway.close();
  await listening;
  opened.push(next);
});
