import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog, readLog } from "../../../kernel-lib/src/lineage/index.js";
import {
  findVersion,
  listVersions,
  moveAlias,
  openRegistry,
  parseModelRequest,
  registerVersion,
  rollback,
} from "../../../kernel-lib/src/registry/index.js";
import { draftOf, temporaryProject } from "./support.js";

/** A project with that many versions of the penguins. */
async function project(count: number): Promise<string> {
  const root = temporaryProject();
  for (let threshold = 1; threshold <= count; threshold += 1) {
    await registerVersion(root, await draftOf(root, { threshold, names: ["Adelie", "Gentoo"] }));
  }
  return root;
}

const now = (): Date => new Date("2026-03-01T10:00:00Z");

test("findVersion() takes an alias, a number, the start of an id or nothing", async () => {
  const root = await project(3);
  const log = openLog(root);
  await moveAlias(log, "penguins", "2");
  const numberOf = (selector?: string): number => findVersion(root, "penguins", selector).number;
  expect(numberOf()).toBe(3);
  expect(numberOf("newest")).toBe(3);
  expect(numberOf("production")).toBe(2);
  expect(numberOf("1")).toBe(1);
  for (const { id, number } of listVersions(root)) expect(numberOf(id.slice(0, 12))).toBe(number);
});

test.each([
  ["penguin", undefined, "Cannot find model penguin: did you mean penguins?"],
  ["flights", undefined, "Cannot find model flights: the project has penguins."],
  ["penguins", "prodction", "Cannot find penguins@prodction: did you mean penguins@production?"],
  ["penguins", "7", "Cannot find penguins@7: penguins has versions 1 to 2 and the alias production."],
])("findVersion() of %s@%s says what was meant", async (model, selector, message) => {
  const root = await project(2);
  await moveAlias(openLog(root), "penguins", undefined);
  expect(() => findVersion(root, model, selector)).toThrow(message);
});

test("findVersion() in a project without models says how to make one", () => {
  expect(() => findVersion(temporaryProject(), "penguins")).toThrow(
    'the project has no models yet. A notebook makes one with model("penguins", { predict }).',
  );
});

test("parseModelRequest() takes names with and without their kind", () => {
  expect(parseModelRequest("penguins")).toEqual({ model: "penguins", selector: undefined });
  expect(parseModelRequest("model:penguins@3")).toEqual({ model: "penguins", selector: "3" });
  expect(parseModelRequest("penguins@production")).toEqual({ model: "penguins", selector: "production" });
});

test("moveAlias() notes who moved it, when and why, and nothing where it stands there already", async () => {
  const root = await project(2);
  const log = openLog(root, { author: "Ada" });
  expect(await moveAlias(log, "penguins", "1", { reason: "first", now })).toMatchObject({
    alias: "production",
    isMoved: true,
    previous: null,
    version: { number: 1, aliases: ["production"] },
  });
  expect(await moveAlias(log, "penguins", "1")).toMatchObject({ isMoved: false });
  expect(await moveAlias(log, "penguins", "2", { alias: "canary" })).toMatchObject({ isMoved: true, alias: "canary" });
  expect(listVersions(root).map(({ aliases }) => aliases)).toEqual([["production"], ["canary"]]);
  const { events } = readLog(root);
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({
    author: "Ada",
    event: {
      kind: "alias.moved",
      model: "penguins",
      alias: "production",
      version: findVersion(root, "penguins", "1").id,
      previous: null,
      at: "2026-03-01T10:00:00.000Z",
      reason: "first",
    },
  });
  for (const alias of ["newest", "3", "a b", ""]) {
    await expect(moveAlias(log, "penguins", "1", { alias })).rejects.toThrow("Cannot name an alias");
  }
});

test("rollback() goes back step by step, and never to what was left behind", async () => {
  const root = await project(4);
  const log = openLog(root);
  await expect(rollback(log, "penguins")).rejects.toThrow(
    "Cannot roll back penguins@production: penguins has no aliases",
  );
  for (const number of ["1", "2", "3"]) await moveAlias(log, "penguins", number);
  expect(await rollback(log, "penguins", { reason: "worse" })).toMatchObject({
    version: { number: 2 },
    previous: { number: 3 },
    isMoved: true,
  });
  await moveAlias(log, "penguins", "4");
  expect((await rollback(log, "penguins")).version.number).toBe(2);
  expect((await rollback(log, "penguins")).version.number).toBe(1);
  await expect(rollback(log, "penguins")).rejects.toThrow("it never pointed to another version before");
  expect(findVersion(root, "penguins", "production").number).toBe(1);
});

test("moveAlias() holds against a move from a machine whose clock is an hour ahead", async () => {
  const [here, there] = [await project(2), await project(2)];
  const ahead = openLog(there, { clock: () => Date.now() + 3_600_000 });
  await moveAlias(ahead, "penguins", "2");
  const log = openLog(here);
  await moveAlias(log, "penguins", "1");
  for (const name of readdirSync(join(there, ".tagline/lineage")).filter((file) => file.endsWith(".jsonl"))) {
    copyFileSync(join(there, ".tagline/lineage", name), join(here, ".tagline/lineage", name));
  }
  const registry = openRegistry(here);
  expect(registry.find("penguins", "production").number).toBe(2);
  await moveAlias(log, "penguins", "1");
  expect(registry.find("penguins", "production").number).toBe(1);
});
