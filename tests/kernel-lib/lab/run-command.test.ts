import { expect, test } from "vitest";
import { runCommand, telltaleLines } from "../../../kernel-lib/src/lab/run-command.js";

test("runCommand() keeps both streams and the exit code", async () => {
  const script = "console.log('out'); console.error('err'); process.exitCode = 3";
  const { code, output } = await runCommand(process.execPath, ["-e", script]);
  expect({ code, lines: output.trim().split("\n").sort() }).toEqual({ code: 3, lines: ["err", "out"] });
});

test("runCommand() rejects what cannot be started", async () => {
  await expect(runCommand("/no/such/program", [])).rejects.toMatchObject({ code: "ENOENT" });
});

test("telltaleLines() finds npm's reason among stack frames and dumped fields", () => {
  const output = `npm error code ECONNREFUSED
npm error FetchError: request to http://127.0.0.1:9/zod failed, reason: connect ECONNREFUSED 127.0.0.1:9
npm error     at ClientRequest.<anonymous> (/usr/lib/node_modules/npm/index.js:130:14)
npm error   address: '127.0.0.1',
npm error   port: 9,
npm error }
npm error
npm error A complete log of this run can be found in: /home/me/.npm/_logs/x.log`;
  expect(telltaleLines(output)).toEqual([
    "npm error code ECONNREFUSED",
    "npm error FetchError: request to http://127.0.0.1:9/zod failed, reason: connect ECONNREFUSED 127.0.0.1:9",
  ]);
});

test("telltaleLines() gives the last lines of a program that names no reason", () => {
  expect(telltaleLines("one\ntwo\n\nthree\n", 2)).toEqual(["two", "three"]);
});
