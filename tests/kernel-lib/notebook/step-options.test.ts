import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkStepOptions } from "../../../kernel-lib/src/notebook/check-step-options.js";
import { STEP_OPTIONS } from "../../../kernel-lib/src/notebook/step-options.js";
import { STEP_OPTIONS_SCHEMA } from "../../../kernel-lib/src/notebook/step-options-schema.js";

test("checkStepOptions() takes every option that the schema knows", () => {
  const options = {
    cache: "12h",
    retries: 2,
    timeoutS: 0.5,
    memoryMB: 512,
    image: "ghcr.io/us/train:1.2",
    environment: { OMP_NUM_THREADS: "2" },
    pool: "database",
    resources: { cpu: 0.5, memory: "4Gi" },
  };
  expect(checkStepOptions(options)).toEqual({ options, problems: [] });
  expect(STEP_OPTIONS.map(({ option }) => option)).toEqual(Object.keys(options));
});

test.each([
  ["retrys", "retries"],
  ["retires", "retries"],
  ["Retries", "retries"],
  ["timeout", "timeoutS"],
  ["timeout-seconds", "timeoutS"],
  ["memory", "memoryMB"],
  ["env", "environment"],
  ["cahce", "cache"],
  ["resource", "resources"],
])("checkStepOptions() asks of %s whether %s was meant", (written, meant) => {
  expect(checkStepOptions({ [written]: 1 })).toEqual({
    options: {},
    problems: [
      {
        option: written,
        kind: "unknown",
        message: `The option "${written}" means nothing to Tagline. Did you mean "${meant}"?`,
        suggestion: meant,
      },
    ],
  });
});

test.each([
  [
    { cache: "tomorrow" },
    'The option "cache" cannot be "tomorrow": it takes false, "always", an age such as "30m", "12h", "1d".',
  ],
  [{ cache: "0s" }, 'The option "cache" cannot be "0s": it takes false, "always", an age such as "30m", "12h", "1d".'],
  [{ retries: "2" }, 'The option "retries" cannot be "2": it takes a whole number.'],
  [{ retries: -1 }, 'The option "retries" cannot be -1: it takes a whole number.'],
  [{ timeoutS: 0 }, 'The option "timeoutS" cannot be 0: it takes seconds.'],
  [{ image: 3 }, 'The option "image" cannot be 3: it takes an image such as "node:20-slim".'],
  [
    { environment: { A: 1 } },
    'The option "environment.A" cannot be 1: an environment variable is text, as "1" in quotes.',
  ],
  [
    { resources: { memory: "4 gigs" } },
    'The option "resources.memory" cannot be "4 gigs": it takes an amount such as "512Mi" or "4Gi".',
  ],
  [{ resources: { cpus: 2 } }, 'The option "resources.cpus" means nothing to Tagline. Did you mean "resources.cpu"?'],
  [{ resources: [] }, 'The option "resources" cannot be []: it takes {"cpu": 2, "memory": "4Gi"}, or one of the two.'],
  [
    { colour: "red" },
    'The option "colour" means nothing to Tagline. Options are cache, retries, timeoutS, memoryMB, image, environment, pool, resources.',
  ],
])("checkStepOptions() says of %j what is wrong", (metadata, message) => {
  const { options, problems } = checkStepOptions(metadata);
  expect(options).toEqual({});
  expect(problems.map((problem) => problem.message)).toEqual([message]);
});

test("checkStepOptions() takes a field that the form emptied for one that is not there", () => {
  expect(checkStepOptions({ retries: null })).toEqual({ options: {}, problems: [] });
});

test("JupyterLab's form is the schema", () => {
  const path = new URL("../../../jupyter-extension/schema/commands.json", import.meta.url);
  const [form] = JSON.parse(readFileSync(path, "utf8"))["jupyter.lab.metadataforms"];
  const expected = Object.entries(STEP_OPTIONS_SCHEMA.properties).map(([name, rule]) => [`/tagline/${name}`, rule]);
  expect(form.metadataSchema.properties).toEqual(Object.fromEntries(expected));
});
