// The pipeline of words.ipynb. `npm start` runs it; see README.md.
import { type Pipeline, runMain } from "tagline/pipeline";

const pipeline: Pipeline = {
  notebook: "words.ipynb",
  // The steps run in this folder, as the notebook did, so that relative paths hold.
  folder: "files/words",
  params: [],
  // The step "name" is the default export of steps/name.ts, and runs in a process of its own as soon as the
  // steps that it takes values from are done.
  steps: [
    {
      name: "count",
      takes: {},
      gives: ["counts", "seen"],
      params: [],
      cells: ["cell-b2"],
    },
    {
      name: "top",
      takes: { counts: "count", seen: "count" },
      gives: [],
      params: [],
      cells: ["cell-c3"],
    },
  ],
};

await runMain(pipeline, import.meta.url);
