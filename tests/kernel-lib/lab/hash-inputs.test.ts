import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashInputs } from "../../../kernel-lib/src/lab/hash-inputs.js";

test("hashInputs() changes with content, names and facts, and not with what tools leave behind", () => {
  const root = mkdtempSync(join(tmpdir(), "tagline-hash-"));
  const src = join(root, "src");
  mkdirSync(join(src, "deep"), { recursive: true });
  writeFileSync(join(src, "a.ts"), "1");
  writeFileSync(join(src, "deep", "b.ts"), "2");
  const first = hashInputs(root, [src]);
  expect(hashInputs(root, [src])).toBe(first);

  mkdirSync(join(src, "dist"));
  writeFileSync(join(src, "dist", "a.js"), "made");
  expect(hashInputs(root, [src])).toBe(first);

  expect(hashInputs(root, [src], ["node 22"])).not.toBe(first);
  expect(hashInputs(root, [src, join(root, "absent")])).toBe(first);

  writeFileSync(join(src, "deep", "b.ts"), "3");
  const edited = hashInputs(root, [src]);
  expect(edited).not.toBe(first);

  rmSync(join(src, "deep", "b.ts"));
  writeFileSync(join(src, "deep", "c.ts"), "3");
  expect(hashInputs(root, [src])).not.toBe(edited);
});
