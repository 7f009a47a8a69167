import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  type ArtifactStore,
  loadBundle,
  openLocalStore,
  openStore,
  saveBundle,
} from "../../kernel-lib/src/artifacts/index.js";
import { describeArtifactStore } from "../kits/artifact-store.js";
import { startVersitygw } from "../tools/versitygw.js";

let server: Awaited<ReturnType<typeof startVersitygw>>;
beforeAll(async () => {
  server = await startVersitygw();
}, 900_000);
afterAll(() => server.close());

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tagline-s3-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let prefixes = 0;

/** A store in the bucket, for a project of its own; the same prefix is the same store. */
function open(prefix = `prefix ${++prefixes}/ä+b`, env: Record<string, string> = {}): ArtifactStore {
  const url = `${server.env.TAGLINE_ARTIFACTS}/${prefix}`;
  return openStore(temporaryFolder(), { ...server.env, TAGLINE_ARTIFACTS: url, ...env });
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describeArtifactStore("s3", () => open());

test("what one folder put, another folder that shares only the bucket gets", async () => {
  const values = { table: [{ a: 1, b: new Date(7) }], same: new Map([["x", [1, 2, 3]]]) };
  const saved = await saveBundle(open("shared"), values);
  expect(await loadBundle(open("shared"), saved)).toEqual(values);
});

test("an object above 64 MiB goes up in parts and comes back whole", async () => {
  const bytes = randomBytes((64 << 20) + 12_345);
  const path = join(temporaryFolder(), "large.bin");
  writeFileSync(path, bytes);
  const hash = await open("large").putFile(path);
  expect(hash).toBe(sha256(bytes));
  const target = join(temporaryFolder(), "again.bin");
  await open("large").getFile(hash, target);
  expect(readFileSync(target).equals(bytes)).toBe(true);
  expect(await open("large-values").put(bytes)).toBe(hash);
  expect((await open("large-values").get(hash)).equals(bytes)).toBe(true);
});

test("bytes that changed in the bucket are refused by name", async () => {
  const bytes = Buffer.from("forty-two");
  const hash = await open("damaged").put(bytes);
  const path = join(server.data, "damaged", hash.slice(0, 2), hash.slice(2));
  expect(existsSync(path)).toBe(true);
  writeFileSync(path, "forty-two!");
  await expect(open("damaged").get(hash)).rejects.toThrow(
    new RegExp(`^Cannot use artifact ${hash.slice(0, 12)}: its bytes in s3://tagline/damaged have changed`),
  );
  // Another size is not what the name says: the next who puts it writes it again.
  await open("damaged").put(bytes);
  expect(await open("damaged").get(hash)).toEqual(bytes);
});

test("a damaged copy in the project's folder is fetched again", async () => {
  const root = temporaryFolder();
  const env = { ...server.env, TAGLINE_ARTIFACTS: `${server.env.TAGLINE_ARTIFACTS}/cached` };
  const hash = await openStore(root, env).put(Buffer.from("kept twice"));
  writeFileSync(join(root, ".tagline/objects", hash.slice(0, 2), hash.slice(2)), "kept twice?");
  expect((await openStore(root, env).get(hash)).toString()).toBe("kept twice");
  expect((await openLocalStore(root).get(hash)).toString()).toBe("kept twice");
});

test("a server that is away for a moment is waited for", async () => {
  const store = open("patient");
  await server.stop();
  const put = store.put(Buffer.from("at last"));
  await server.start();
  expect(await open("patient").get(await put)).toEqual(Buffer.from("at last"));
});

test("errors name bucket and reason, and no keys", async () => {
  const denied = open("denied", { AWS_SECRET_ACCESS_KEY: "not-the-right-one" });
  const absent = openStore(temporaryFolder(), { ...server.env, TAGLINE_ARTIFACTS: "s3://no-such-bucket/x" });
  const keyless = openStore(temporaryFolder(), {
    AWS_ENDPOINT_URL_S3: server.env.AWS_ENDPOINT_URL_S3,
    TAGLINE_ARTIFACTS: "s3://tagline/x",
    HOME: temporaryFolder(),
  });
  const messages = await Promise.all(
    [denied, absent, keyless].map((store) =>
      store.put(Buffer.from("x")).then(
        () => "stored",
        (error: Error) => error.message,
      ),
    ),
  );
  expect(messages).toEqual([
    expect.stringMatching(/^Cannot write artifact \w{12} to s3:\/\/tagline\/denied: .*denied/),
    expect.stringMatching(
      /^Cannot write artifact \w{12} to s3:\/\/no-such-bucket\/x: there is no bucket no-such-bucket/,
    ),
    "Cannot use s3://tagline/x: there are no keys for it. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials",
  ]);
  expect(messages.join()).not.toMatch(/only-on-loopback|not-the-right-one/);
});

test("keys may come from a profile", async () => {
  const folder = temporaryFolder();
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, ...env } = server.env;
  const path = join(folder, "credentials");
  writeFileSync(
    path,
    `[default]\naws_access_key_id = x\n[team]\naws_access_key_id=${id}\naws_secret_access_key = ${secret}\n`,
  );
  const store = openStore(folder, { ...env, AWS_SHARED_CREDENTIALS_FILE: path, AWS_PROFILE: "team" });
  expect(await store.has(await store.put(Buffer.from("by profile")))).toBe(true);
});
