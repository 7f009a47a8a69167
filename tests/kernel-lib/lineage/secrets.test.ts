import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type LineageEvent,
  looksSecret,
  maskText,
  openLog,
  projectFiles,
  readLog,
} from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "./support.js";

test("looksSecret() knows names of secrets from names like them", () => {
  const secret = [
    "token",
    "apiKey",
    "API_KEY",
    "hf-token",
    "dbPassword",
    "password",
    "clientSecret",
    "secretName",
    "key",
    "AWS_SECRET_ACCESS_KEY",
    "apikey",
    "pwd",
  ];
  const harmless = [
    "maxTokens",
    "tokens",
    "monkey",
    "joinKey",
    "primary_key",
    "keyboard",
    "units",
    "tokenizer",
    "sortKey",
    "passes",
    "turkey",
  ];
  expect(secret.filter((name) => !looksSecret(name))).toEqual([]);
  expect(harmless.filter(looksSecret)).toEqual([]);
});

test("maskText() hides credentials and leaves the rest", () => {
  const cases: [string, string][] = [
    ["postgres://ada:s3cret@db.example.org:5432/x", "postgres://ada:•••@db.example.org:5432/x"],
    ["https://abcdef0123456789@git.example.org/r.git", "https://•••@git.example.org/r.git"],
    ["GET https://x.org/a?token=abc123&page=2", "GET https://x.org/a?token=•••&page=2"],
    ["https://s3/b?X-Amz-Credential=a&X-Amz-Signature=deadbeef", "https://s3/b?X-Amz-Credential=a&X-Amz-Signature=•••"],
    ["Authorization: Bearer abcdefghijklmnop.qr", "Authorization: Bearer •••"],
    [`ghp_${"a".repeat(36)} and AKIAIOSFODNN7EXAMPLE`, "••• and •••"],
    ["https://example.org/path?page=2#key=value", "https://example.org/path?page=2#key=value"],
    ["mail ada@example.org at 10:30", "mail ada@example.org at 10:30"],
    ["file:///home/ada/data.csv", "file:///home/ada/data.csv"],
    ["http://localhost:8888/lab", "http://localhost:8888/lab"],
  ];
  for (const [text, masked] of cases) expect(maskText(text)).toBe(masked);
});

test("openLog() writes no secret: not of a param, not in an error that quotes it, not in a URL", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const secret = 'pa"ss-wörd-123';
  const param = { name: "db_password", value: secret, default: "other-secret", choices: [secret, "third-secret"] };
  const events: LineageEvent[] = [
    runStarted("R", { params: { apiToken: "tok-123456", units: 16 } }),
    cellFinished("R", 1, { params: [param, { name: "units", value: 16, default: 8 }] }),
    cellFinished("R", 2, {
      error: {
        name: "Error",
        message: `login failed for ada with ${secret} at postgres://a:b@c/d`,
        line: 1,
        column: null,
        stack: [`tok-123456`],
      },
    }),
    stepFinished("R", "load", { cells: [trace({ params: [param] })] }),
  ];
  log.append(events);
  await log.close();
  const text = readFileSync(join(projectFiles(root).lineage, `${log.writer}.jsonl`), "utf8");
  for (const word of ["ss-wörd", "other-secret", "third-secret", "tok-123456", "a:b@c"])
    expect(text).not.toContain(word);
  const read = readLog(root).events.map(({ event }) => event);
  expect(read[0]).toMatchObject({ params: { apiToken: "•••", units: 16 } });
  expect(read[1]).toMatchObject({
    trace: {
      params: [
        { name: "db_password", value: "•••", default: "•••" },
        { name: "units", value: 16, default: 8 },
      ],
    },
  });
  expect(read[2]).toMatchObject({
    trace: { error: { message: "login failed for ada with ••• at postgres://a:•••@c/d", stack: ["•••"] } },
  });
});
