import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tarGz } from "../../../kernel-lib/src/export/tar.js";

test("tarGz() makes an archive that tar unpacks, the same bytes each time, in any order", () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-tar-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const long = `package/${"deep/".repeat(25)}file.txt`;
  const files = new Map([
    ["package/b.txt", Buffer.from("b".repeat(600))],
    ["package/a.txt", Buffer.from("ä")],
    [long, Buffer.from("")],
  ]);
  const archive = tarGz(files);
  expect(tarGz(new Map([...files].reverse())).equals(archive)).toBe(true);
  writeFileSync(join(folder, "x.tgz"), archive);
  execFileSync("tar", ["-xzf", "x.tgz"], { cwd: folder });
  for (const [path, bytes] of files) expect(readFileSync(join(folder, path))).toEqual(bytes);
});
