import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPython } from "../../../kernel-lib/src/lab/find-python.js";
import { checkout } from "../../../kernel-lib/src/lab/places.js";

const context = { places: checkout, retry: "npm start", signal: new AbortController().signal };

/** A folder for PATH with programs that answer as a Python would. */
function pathWith(answers: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tagline-path-"));
  for (const [name, answer] of Object.entries(answers)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${answer}'\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

test("findPython() takes the first that is new enough and can make a venv", async () => {
  const PATH = pathWith({ python3: "3.9.18 True /old/python3", "python3.12": "3.12.1 True /new/python3.12" });
  expect(await findPython(context, { PATH })).toEqual({
    command: "python3.12",
    version: "3.12.1",
    executable: "/new/python3.12",
  });
});

test("findPython() says that there is none", async () => {
  await expect(findPython(context, { PATH: pathWith({}) })).rejects.toThrow(
    /^Cannot find Python 3\.10 or newer with venv: there is no python3 on the PATH\. Install it \(.+\) or name one in TAGLINE_PYTHON, then run `npm start` again\.$/,
  );
});

test("findPython() says which is too old, and which lacks venv and what brings it", async () => {
  const PATH = pathWith({ python3: "3.9.18 True /old/python3", "python3.11": "3.11.2 False /usr/bin/python3.11" });
  await expect(findPython(context, { PATH })).rejects.toThrow(
    "python3 is Python 3.9.18, older than 3.10; python3.11 (Python 3.11.2) has no venv and ensurepip; on Debian and Ubuntu they are in the package python3.11-venv.",
  );
});

test("findPython() uses the one that TAGLINE_PYTHON names or none", async () => {
  const PATH = pathWith({ python3: "3.12.1 True /usr/bin/python3" });
  await expect(findPython(context, { PATH, TAGLINE_PYTHON: "/no/python" })).rejects.toThrow(
    "TAGLINE_PYTHON names /no/python, which does not run",
  );
});
