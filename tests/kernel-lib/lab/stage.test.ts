import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { placesOf } from "../../../kernel-lib/src/lab/places.js";
import { bringUpToDate } from "../../../kernel-lib/src/lab/stage.js";

test("bringUpToDate() works when inputs changed or results are gone, and only then", async () => {
  const { context, stage, state } = setUp();
  expect(await bringUpToDate(stage, context)).toBe("made 1");
  expect(await bringUpToDate(stage, context)).toBe(null);
  state.inputs = "b";
  expect(await bringUpToDate(stage, context)).toBe("made 2");
  state.isThere = false;
  expect(await bringUpToDate(stage, context)).toBe("made 3");
  expect(await bringUpToDate(stage, context)).toBe(null);
});

test("bringUpToDate() tries again after a failure, also when old results still stand", async () => {
  const { context, stage, state } = setUp();
  await bringUpToDate(stage, context);
  state.inputs = "b";
  state.fails = true;
  await expect(bringUpToDate(stage, context)).rejects.toThrow("no network");
  state.fails = false;
  state.inputs = "a";
  expect(await bringUpToDate(stage, context)).toBe("made 2");
});

function setUp() {
  const context = {
    places: placesOf(mkdtempSync(join(tmpdir(), "tagline-stage-"))),
    retry: "npm start",
    signal: new AbortController().signal,
  };
  const state = { inputs: "a", isThere: false, fails: false, made: 0 };
  const stage = {
    name: "thing",
    label: "Thing",
    inputs: () => state.inputs,
    isThere: () => state.isThere,
    work: async () => {
      if (state.fails) throw new Error("no network");
      state.isThere = true;
      state.made += 1;
      return `made ${state.made}`;
    },
  };
  return { context, stage, state };
}
