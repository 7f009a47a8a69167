import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { runCli } from "../../../kernel-lib/src/cli/run-cli.js";
import { openLog, readLog } from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, temporaryFolder } from "../lineage/support.js";

async function tagline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const stream = (add: (text: string) => unknown) => ({ write: add });
  const code = await runCli(args, {
    stdout: stream((text) => (out += text)),
    stderr: stream((text) => (err += text)),
  });
  return { code, out, err };
}

/** A real server that refuses from the given number of events on, for as long as it is told to. */
async function server() {
  const received: string[] = [];
  const state = { refuseFrom: Number.POSITIVE_INFINITY };
  const app = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part) => (body += part));
    request.on("end", () => {
      if (received.length >= state.refuseFrom) return response.writeHead(422).end("no");
      const { eventType, run } = JSON.parse(body);
      received.push(`${eventType} ${run.runId.slice(-2)}`);
      return response.writeHead(201).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => app.close(() => resolve())));
  const { port } = app.address() as AddressInfo; // listens on TCP
  return { url: `http://127.0.0.1:${port}`, received, state };
}

const id = (index: number): string => `01SEND${String(index).padStart(20, "0")}`;

test("tagline lineage send goes on where it was cut off, sends all again when asked again, and with --new what is new", async () => {
  const root = temporaryFolder();
  vi.stubEnv("TAGLINE_PROJECT", root);
  onTestFinished(() => void vi.unstubAllEnvs());
  const log = openLog(root, { author: "Ada" });
  for (const run of [1, 2, 3].map(id))
    log.append([
      runStarted(run),
      cellFinished(run, 1),
      { kind: "run.finished", run, status: "succeeded", at: "2026-11-24T06:00:05.000Z", durationMs: 5000 },
    ]);
  await log.close();
  const all = ["START 01", "COMPLETE 01", "START 02", "COMPLETE 02", "START 03", "COMPLETE 03"];

  const { url, received, state } = await server();
  state.refuseFrom = 3;
  const cut = await tagline("lineage", "send", "--url", url);
  expect(cut).toMatchObject({ code: 2, err: expect.stringContaining("it answered 422: no") });
  expect(received).toEqual(all.slice(0, 3));
  state.refuseFrom = Number.POSITIVE_INFINITY;
  const rest = await tagline("lineage", "send", "--url", url);
  expect(rest).toMatchObject({ code: 0, out: `Sent 3 events of 2 runs to ${url}; 1 runs were there already\n` });
  expect(received).toEqual(all);

  expect((await tagline("lineage", "send", "--url", url, "--new")).out).toContain("Sent 0 events of 0 runs");
  const more = openLog(root, { author: "Ada" });
  more.append([runStarted(id(4)), cellFinished(id(4), 1)]);
  await more.close();
  await tagline("lineage", "send", "--url", url, "--new");
  expect(received.slice(6)).toEqual(["START 04", "COMPLETE 04"]);

  await tagline("lineage", "send", "--url", url);
  expect(received.slice(8)).toEqual([...all, "START 04", "COMPLETE 04"]);
});

test("tagline lineage export --format jsonl writes every event, in the order of the clock", async () => {
  const root = temporaryFolder();
  vi.stubEnv("TAGLINE_PROJECT", root);
  onTestFinished(() => void vi.unstubAllEnvs());
  let now = 1_000_000;
  const logs = ["Ada", "Bob", "Cy"].map((author) => openLog(root, { author, clock: () => (now += 7) }));
  for (let round = 0; round < 40; round += 1) {
    const log = logs[(round * 7) % 3];
    log?.append([runStarted(`R${round}`), cellFinished(`R${round}`, 1)]);
    await log?.commit();
  }
  for (const log of logs) await log.close();
  const { out } = await tagline("lineage", "export", "--format", "jsonl");
  const events = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events).toEqual(readLog(root).events);
  const one = await tagline("lineage", "export", "--format", "jsonl", "--run", "R11");
  expect(one.out.trimEnd().split("\n")).toHaveLength(2);
});
