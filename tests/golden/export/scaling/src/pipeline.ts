// The pipeline of heights.ipynb. `npm start` runs it; see README.md.
import { type Pipeline, runMain } from "tagline/pipeline";

const pipeline: Pipeline = {
  notebook: "heights.ipynb",
  // The steps run in this folder, as the notebook did, so that relative paths hold.
  folder: "files/scaling",
  params: [
    { name: "holdout", type: "number", default: 0.25, min: 0.1, max: 0.5, description: "share of rows held out", cell: "cell-c3" },
  ],
  // The step "name" is the default export of steps/name.ts, and runs in a process of its own as soon as the
  // steps that it takes values from are done.
  steps: [
    {
      name: "load",
      takes: {},
      gives: ["heights"],
      params: [],
      cells: ["cell-d4"],
    },
    {
      name: "fit",
      takes: { heights: "load" },
      gives: ["mean", "sd"],
      params: [],
      cells: ["cell-e5"],
    },
    {
      name: "evaluate",
      takes: { heights: "load", mean: "fit", sd: "fit" },
      gives: [],
      params: ["holdout"],
      cells: ["cell-g7"],
    },
    {
      name: "sample",
      takes: { mean: "fit", sd: "fit" },
      gives: [],
      params: [],
      cells: ["cell-h8"],
    },
  ],
};

await runMain(pipeline, import.meta.url);
