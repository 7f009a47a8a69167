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
import { SecretMask } from "../../../kernel-lib/src/lineage/secret-mask.js";
import { carriesSecret } from "../../../kernel-lib/src/lineage/secrets.js";
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

test("maskText() hides the shapes of well-known keys, and what stands behind a secret's name", () => {
  const cases: [string, string][] = [
    ["postgres://ada:p@ss:w0rd@db.example.org/x", "postgres://ada:•••@db.example.org/x"],
    ["Server=db;User Id=ada;Password=hunter2;Encrypt=true", "Server=db;User Id=ada;Password=•••;Encrypt=true"],
    ["host=db user=ada password=hunter2 dbname=x", "host=db user=ada password=••• dbname=x"],
    ["PGPASSWORD=hunter2 psql", "PGPASSWORD=••• psql"],
    ["AccountName=a;AccountKey=abc123+/==;EndpointSuffix=core", "AccountName=a;AccountKey=•••;EndpointSuffix=core"],
    ["export OPENAI_API_KEY=abc-123-def", "export OPENAI_API_KEY=•••"],
    ['const apiKey = "abc123";', 'const apiKey = "•••";'],
    ['{ password: "hunter2", user: "ada" }', '{ password: "•••", user: "ada" }'],
    [`{"aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG"}`, `{"aws_secret_access_key": "•••"}`],
    ["authorization: Basic YWRhOmh1bnRlcjI=", "authorization: Basic •••"],
    ["https://hooks.slack.com/services/T00/B00/XXXXXXXX", "https://hooks.slack.com/services/•••"],
    [`key sk-proj-${"a1".repeat(12)} of AIza${"B".repeat(35)}`, "key ••• of •••"],
    [["sk", "live", "a1".repeat(10)].join("_"), "•••"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----•••"],
  ];
  for (const [text, masked] of cases) {
    expect(maskText(text)).toBe(masked);
    // What is masked once stays as it is, and the writer's quick look at the whole line sees all of it.
    expect(maskText(masked)).toBe(masked);
    expect(carriesSecret(JSON.stringify(text)), text).toBe(true);
  }
});

test("maskText() leaves ids, hashes, numbers, models and code alone", () => {
  const harmless = [
    "01JD8ZQ4Y5N6RXW3K2T7V9B0CM",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "550e8400-e29b-41d4-a716-446655440000",
    "model:penguins@9f86d081884c",
    "meta-llama/Llama-3.1-8B-Instruct and gpt-4o-2024-08-06",
    "loss 3.14159e-5 after 12,000 steps",
    "max_tokens=4096 tokens=17 token: 5",
    "const password = process.env.DB_PASSWORD;",
    "password: string; apiKey?: string",
    "password=null and api_key=undefined",
    "primaryKey: 'species' sortKey=\"island\" key=value",
    "div.sk-toggleable__content pre",
    "hf_model_names_of_this_project",
    "TypeError: Cannot read properties of undefined (reading 'token')",
    "https://example.org/a?page=2&limit=100&sort=name",
    "/home/ada/keys/passwords.csv",
    "if (token === expected) retry({ keyBy: 'species' })",
  ];
  for (const text of harmless) {
    expect(maskText(text)).toBe(text);
    expect(carriesSecret(text), text).toBe(false);
  }
});

test("openLog() masks what a param holds inside by its names", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const db = { host: "db", password: "hunter2-hunter2", pool: [{ apiKey: "abc-123-def" }] };
  log.append([
    runStarted("R", { params: { db } }),
    cellFinished("R", 1, { params: [{ name: "db", value: db, default: null }] }),
  ]);
  await log.close();
  const masked = { host: "db", password: "•••", pool: [{ apiKey: "•••" }] };
  const [started, cell] = readLog(root).events.map(({ event }) => event);
  expect(started).toMatchObject({ params: { db: masked } });
  expect(cell).toMatchObject({ trace: { params: [{ name: "db", value: masked, default: null }] } });
});

test("SecretMask hides values of the environment whose names look secret, also of variables that came later", () => {
  const env: NodeJS.ProcessEnv = {
    BILLING_API_KEY: "live-4711-0815",
    DB_PASSWORD: "postgres",
    SSH_KEY: "/home/ada/.ssh/id",
  };
  const mask = new SecretMask(env);
  const failed = (message: string) =>
    mask.toJson(cellFinished("R", 1, { error: { name: "Error", message, line: null, column: null, stack: [] } }));
  const message = "postgres at /home/ada/.ssh/id refused live-4711-0815 and later-4711";
  expect(JSON.parse(failed(message)).trace.error.message).toBe(message.replace("live-4711-0815", "•••"));
  env["LATER_TOKEN"] = "later-4711";
  expect(JSON.parse(failed(message)).trace.error.message).toBe("postgres at /home/ada/.ssh/id refused ••• and •••");
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
