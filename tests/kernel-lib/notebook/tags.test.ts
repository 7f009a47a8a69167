import { expect, test } from "vitest";
import { readRole, withRole } from "../../../kernel-lib/src/notebook/tags.js";

test.each([
  [["step:load"], { kind: "step", step: "load", after: [] }],
  [["block:load", "prev:clean"], { kind: "step", step: "load", after: ["clean"] }],
  [["after:load", "step:train-model"], { kind: "step", step: "train-model", after: ["load"] }],
  [["parameters"], { kind: "parameters", step: null, after: [] }],
  [["pipeline-parameters"], { kind: "parameters", step: null, after: [] }],
  [["imports"], { kind: "setup", step: null, after: [] }],
  [["functions"], { kind: "setup", step: null, after: [] }],
  [["skip-execution"], { kind: "skip", step: null, after: [] }],
  [["hide-input", "slideshow"], { kind: "none", step: null, after: [] }],
  [[], { kind: "none", step: null, after: [] }],
])("readRole(%j)", (tags, role) => {
  expect(readRole(tags)).toEqual({ ...role, problems: [] });
});

test.each([
  ["stpe:load", "misspelled", "step:load"],
  ["Step:load", "misspelled", "step:load"],
  ["step load", "misspelled", "step:load"],
  ["parameter", "misspelled", "parameters"],
  ["step:my step", "invalid-name", "step:my-step"],
  ["step:", "invalid-name", null],
])("readRole() reports %j as %s", (tag, kind, suggestion) => {
  const { kind: role, problems } = readRole([tag]);
  expect(role).toBe("none");
  expect(problems.map((problem) => [problem.tag, problem.kind, problem.suggestion])).toEqual([[tag, kind, suggestion]]);
});

test("readRole() keeps the first of two roles and reports the second", () => {
  const role = readRole(["step:a", "step:b", "step:a"]);
  expect(role.step).toBe("a");
  expect(role.problems.map(({ tag, kind }) => ({ tag, kind }))).toEqual([{ tag: "step:b", kind: "two-roles" }]);
});

test("withRole() replaces the role and keeps everything else", () => {
  expect(withRole(["hide-input", "step:a", "after:x"], { kind: "step", step: "b" })).toEqual([
    "step:b",
    "hide-input",
    "after:x",
  ]);
  expect(withRole(["imports", "mine"], { kind: "skip" })).toEqual(["skip", "mine"]);
  expect(withRole(["block:a"], { kind: "none" })).toEqual([]);
  expect(() => withRole([], { kind: "step", step: "1 bad" })).toThrow('Cannot name a step "1 bad"');
});
