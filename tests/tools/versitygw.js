import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./free-port.js";
import { ensureGoProgram } from "./go-program.js";

/** Keys of servers that tests start. */
const KEYS = { AWS_ACCESS_KEY_ID: "tagline-tests", AWS_SECRET_ACCESS_KEY: "only-on-loopback" };

/**
 * A real S3-compatible server: versitygw, which serves a folder. Built once, in two minutes.
 *
 * @returns {Promise<string>} path of the program
 */
export function ensureVersitygw() {
  return ensureGoProgram({
    name: "versitygw",
    version: "v1.6.0",
    source: "github.com/versity/versitygw/cmd/versitygw",
    what: "the S3 server for tests",
  });
}

/**
 * Starts an S3 server on loopback with one empty bucket.
 *
 * @param {string} [bucket]
 */
export async function startVersitygw(bucket = "tagline") {
  const program = await ensureVersitygw();
  const folder = mkdtempSync(join(tmpdir(), "tagline-s3-"));
  const data = join(folder, "data");
  mkdirSync(join(data, bucket), { recursive: true });
  const port = await freePort();
  /** @type {import("node:child_process").ChildProcess} */
  let child;
  /** @type {Promise<void>} */
  let closed;
  let output = "";
  const start = async () => {
    const args = [
      "--port",
      `127.0.0.1:${port}`,
      "--region",
      "us-east-1",
      "--quiet",
      "posix",
      "--sidecar",
      join(folder, "meta"),
      data,
    ];
    mkdirSync(join(folder, "meta"), { recursive: true });
    child = spawn(program, args, {
      env: { ...process.env, ROOT_ACCESS_KEY: KEYS.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: KEYS.AWS_SECRET_ACCESS_KEY },
      stdio: ["ignore", "pipe", "pipe"],
    });
    closed = new Promise((resolve) => {
      child.once("close", () => resolve());
      child.once("error", () => resolve());
    });
    const note = (/** @type {Buffer} */ piece) => {
      output = `${output}${piece}`.slice(-4000);
    };
    child.stdout?.on("data", note);
    child.stderr?.on("data", note);
    for (let attempt = 0; attempt < 600; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`The S3 server ended with code ${child.exitCode}:\n${output}`);
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer !== null) return;
      await wait(50);
    }
    throw new Error(`The S3 server did not answer within 30 s:\n${output}`);
  };
  await start();
  return {
    /** Environment that points Tagline and every AWS client at it. */
    env: {
      ...KEYS,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: "us-east-1",
      TAGLINE_ARTIFACTS: `s3://${bucket}`,
    },
    bucket,
    /** Folder of the bucket's objects, as files. */
    data: join(data, bucket),
    /** The same server again on the same port and data, after `stop`. */
    start,
    /** Ends it; its data stay. */
    stop: async () => {
      child.kill("SIGKILL");
      await closed;
    },
    /** Ends it and removes its data. */
    close: async () => {
      child.kill("SIGKILL");
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
