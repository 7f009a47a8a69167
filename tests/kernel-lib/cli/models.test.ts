import { appendFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { registerVersion } from "../../../kernel-lib/src/registry/index.js";
import { manifestPath } from "../../../kernel-lib/src/registry/model-files.js";
import { draftOf } from "../registry/draft.js";
import { scratchFolder, tagline } from "./support.js";

// The first command of a changed checkout builds it.
vi.setConfig({ testTimeout: 240_000 });

const now = (): Date => new Date("2026-03-01T10:00:00Z");

/** A project with two versions of the penguins; gives their short ids too. */
async function project(): Promise<{ root: string; ids: readonly string[] }> {
  const root = scratchFolder();
  const ids: string[] = [];
  for (const threshold of [4000, 4500]) {
    const draft = await draftOf(root, { threshold, names: ["Adelie", "Gentoo"] }, { packages: { arquero: "8.0.3" } });
    ids.push((await registerVersion(root, draft, { now, author: "Ada" })).manifest.id.slice(0, 8));
  }
  return { root, ids };
}

test("tagline models list shows versions newest first, promote and rollback move an alias and say so", async () => {
  const { root, ids } = await project();
  const said = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await tagline(root, "models", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  expect(await said("promote", "penguins@1", "--reason", "first")).toBe(
    `penguins@production is now version 1 (${ids[0]}).\n`,
  );
  expect(await said("promote", "penguins")).toBe(
    `penguins@production is now version 2 (${ids[1]}); before, it was version 1 (${ids[0]}).\n`,
  );
  expect(await said("promote", `penguins@${ids[1]}`)).toBe(`penguins@production is version 2 (${ids[1]}) already.\n`);
  expect(await said("list")).toBe(
    [
      "model     version  id        aliases     metrics        created (UTC)        run",
      `penguins  2        ${ids[1]}  production  accuracy 0.97  2026-03-01 10:00:00  01RUN`,
      `penguins  1        ${ids[0]}              accuracy 0.97  2026-03-01 10:00:00  01RUN`,
      "",
    ].join("\n"),
  );
  expect(await said("rollback", "penguins", "--reason", "worse")).toBe(
    `penguins@production is now version 1 (${ids[0]}); before, it was version 2 (${ids[1]}).\n`,
  );
  expect(JSON.parse(await said("list", "penguins", "--json")).models).toMatchObject([
    { number: 2, aliases: [] },
    { number: 1, aliases: ["production"] },
  ]);
  expect(JSON.parse(await said("promote", "penguins@2", "--alias", "canary", "--json"))).toEqual({
    model: "penguins",
    alias: "canary",
    number: 2,
    version: expect.stringMatching(new RegExp(`^${ids[1]}`)),
    previous: null,
    isMoved: true,
  });
});

test("tagline models show tells all of a version", async () => {
  const { root } = await project();
  const { code, stdout } = await tagline(root, "models", "show", "model:penguins@2");
  expect(code).toBe(0);
  for (const line of [
    /^penguins version 2$/m,
    /^created +2026-03-01 10:00:00 UTC by Ada$/m,
    /^target +Species$/m,
    /^ {2}Body Mass \(g\) +number \| null +in grams$/m,
    /^ {2}Sex\? +"MALE" \| "FEMALE" \| null$/m,
    /^ {2}probability +number$/m,
    /^ {2}threshold +json +4500 +[0-9a-f]{64}$/m,
    /^ {2}arquero +8\.0\.3$/m,
    /^Where it comes from: tagline why model:penguins@2$/m,
  ]) {
    expect(stdout).toMatch(line);
  }
  const json = JSON.parse((await tagline(root, "models", "show", "penguins@1", "--json")).stdout);
  expect(json).toMatchObject({
    v: 1,
    model: "penguins",
    number: 1,
    aliases: [],
    captures: [{ name: "threshold" }, { name: "names" }],
  });
});

test("tagline models tells of a version that was changed by hand, and goes on with the others", async () => {
  const { root } = await project();
  const first = JSON.parse((await tagline(root, "models", "show", "penguins@1", "--json")).stdout);
  appendFileSync(manifestPath(root, "penguins", first.id), "x");
  const { code, stdout } = await tagline(root, "models", "list");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^penguins +2 /m);
  expect(stdout).toMatch(/^warning: Cannot read the model version .*Delete it and run the notebook again$/m);
});

test.each([
  [["show", "penguin"], "Cannot find model penguin: did you mean penguins?"],
  [["show", "penguins@9"], "Cannot find penguins@9: penguins has versions 1 to 2."],
  [["list", "nothing"], "Cannot find model nothing: the project has penguins."],
  [["rollback", "penguins"], "Cannot roll back penguins@production: penguins has no aliases."],
  [["promote", "penguins@1", "--alias", "7"], 'Cannot name an alias "7"'],
])("tagline models %j exits with 2 and a sentence", async (args, sentence) => {
  const { root } = await project();
  const { code, stdout, stderr } = await tagline(root, "models", ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("    at ");
});

test("tagline models list of a project without models says how to make one", async () => {
  const root = scratchFolder();
  expect(await tagline(root, "models", "list")).toMatchObject({
    code: 0,
    stdout: 'No models yet. A notebook makes one with model("NAME", { predict }).\n',
  });
});
