import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "../../../kernel-lib/src/lab/lock.js";

const newLock = () => join(mkdtempSync(join(tmpdir(), "tagline-lock-")), "lock");

test("withLock() lets one at a time in, and says for whom it waits", async () => {
  const file = newLock();
  const order: string[] = [];
  let letFirstGo = () => {};
  const first = withLock(
    file,
    () => {},
    async () => {
      order.push("first in");
      await new Promise<void>((resolve) => {
        letFirstGo = resolve;
      });
      order.push("first out");
    },
  );
  const second = withLock(
    file,
    (holder) => {
      order.push(`waits for ${holder === process.pid ? "us" : holder}`);
      letFirstGo();
    },
    async () => {
      order.push("second in");
    },
  );
  await Promise.all([first, second]);
  expect(order).toEqual(["first in", "waits for us", "first out", "second in"]);
  expect(existsSync(file)).toBe(false);
});

test("withLock() takes over from a holder that died", async () => {
  const file = newLock();
  writeFileSync(file, "2147483646\n");
  expect(
    await withLock(
      file,
      () => {},
      async () => "done",
    ),
  ).toBe("done");
});

test("withLock() lets go when the work fails", async () => {
  const file = newLock();
  const failing = withLock(
    file,
    () => {},
    async () => {
      throw new Error("no network");
    },
  );
  await expect(failing).rejects.toThrow("no network");
  expect(existsSync(file)).toBe(false);
});
