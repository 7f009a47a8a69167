import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { EXPORT_DIAGNOSTICS } from "../../kernel-lib/src/export/export-diagnostics.js";
import { EXPORT_TARGETS } from "../../kernel-lib/src/export/export-target.js";
import { STEP_OPTIONS } from "../../kernel-lib/src/notebook/step-options.js";
import { TAG_RULES } from "../../kernel-lib/src/notebook/tags.js";
import { DIAGNOSTICS } from "../../kernel-lib/src/pipeline/compile/diagnostics.js";
import { FINDINGS } from "../../kernel-lib/src/pipeline/compile/suggest/index.js";
import { RUN_DIAGNOSTICS } from "../../kernel-lib/src/pipeline/run/run-diagnostics.js";
import { serviceErrors } from "../../kernel-lib/src/service/errors.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The cells of the README's table under this head. */
function table(head: string): string[][] {
  const [, rest = ""] = readme.split(`${head}\n`);
  const lines = rest.split("\n").slice(1);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("|")),
  );
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

test("README lists every diagnostic", () => {
  const rows = Object.entries({ ...DIAGNOSTICS, ...RUN_DIAGNOSTICS, ...EXPORT_DIAGNOSTICS }).map(
    ([code, { severity, meaning }]) => [code, severity, meaning],
  );
  expect(table("| code | severity | meaning |")).toEqual(rows);
});

test("README lists every finding of tagline suggest", () => {
  const rows = Object.entries(FINDINGS).map(([code, meaning]) => [`\`${code}\``, meaning]);
  expect(table("| finding | meaning |")).toEqual(rows);
});

test("README lists every target of an export", () => {
  const listed = table("| target | what it is | judged by |").map(([name]) => name);
  expect(listed).toEqual(EXPORT_TARGETS.map(({ name }) => `\`${name}\``));
});

test("README lists every tag", () => {
  const rows = TAG_RULES.map(({ tag, meaning, alsoReadAs }) => [
    `\`${tag}\``,
    meaning,
    alsoReadAs.map((name) => `\`${name}\``).join(", "),
  ]);
  expect(table("| tag | meaning | also read as |")).toEqual(rows);
});

test("README lists every room, in the order in which rooms may import each other", () => {
  const source = fileURLToPath(new URL("../../kernel-lib/src/", import.meta.url));
  const rooms = readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(source + entry.name).length > 0)
    .flatMap(({ name }) => (name === "pipeline" ? ["pipeline/compile", "pipeline/run"] : [name]));
  const rules = readFileSync(new URL("../../.dependency-cruiser.cjs", import.meta.url), "utf8");
  const order = [...(/const rooms = \[(.*?)\]/s.exec(rules)?.[1] ?? "").matchAll(/"([^"]+)"/g)].flatMap(
    ([, name]) => name ?? [],
  );
  const listed = table("| room | takes | gives |").map(([room = ""]) => room.replace(/^`|\/?`.*$/g, ""));
  expect(listed).toEqual(order.filter((room) => rooms.includes(room)));
});

test("README lists every error of the service", () => {
  const rows = Object.entries(serviceErrors).map(([code, { status, meaning }]) => [
    `\`${code}\``,
    String(status),
    meaning,
  ]);
  expect(table("| code | status | meaning |")).toEqual(rows);
});

test("README lists every option of a step", () => {
  const rows = STEP_OPTIONS.map(({ option, takes, meaning }) => [`\`${option}\``, takes, meaning]);
  expect(table("| option | takes | meaning |")).toEqual(rows);
});
