import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readArguments } from "../../../kernel-lib/src/lab/arguments.js";

test("readArguments() without any opens the browser on a port of its choice, at the checkout", () => {
  expect(readArguments([], "/")).toEqual({ help: false, browser: true, port: null, notebookDir: null });
});

test("readArguments() takes a folder as relative to where the person stands", () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-arguments-"));
  expect(
    readArguments(["--no-browser", "--port", "8877", "--notebook-dir", basename(folder)], dirname(folder)),
  ).toEqual({
    help: false,
    browser: false,
    port: 8877,
    notebookDir: folder,
  });
});

test.each([
  [["--port", "0"], 'Cannot listen on port "0": give a number from 1 to 65535.'],
  [["--port", "http"], 'Cannot listen on port "http": give a number from 1 to 65535.'],
  [["--prot", "1"], "Cannot read the arguments: Unknown option '--prot'. `npm start -- --help` lists them."],
  [
    ["--notebook-dir", "/no/such/folder"],
    "Cannot show notebooks in /no/such/folder: there is no such folder. Make it first, or name another with --notebook-dir.",
  ],
])("readArguments(%j) says what is wrong", (argv, message) => {
  expect(() => readArguments(argv, "/")).toThrow(message);
});
