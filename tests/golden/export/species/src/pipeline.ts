// The pipeline of species.ipynb. `npm start` runs it; see README.md.
import { type Pipeline, runMain } from "tagline/pipeline";

const pipeline: Pipeline = {
  notebook: "species.ipynb",
  // The steps run in this folder, as the notebook did, so that relative paths hold.
  folder: "files/species",
  params: [
    { name: "margin", type: "number", default: 1, min: 0, cell: "params" },
  ],
  // The step "name" is the default export of steps/name.ts, and runs in a process of its own as soon as the
  // steps that it takes values from are done.
  steps: [
    {
      name: "load",
      takes: {},
      gives: ["birds"],
      params: [],
      cells: ["load"],
    },
    {
      name: "fit",
      takes: { birds: "load" },
      gives: ["centres", "scale"],
      params: [],
      cells: ["fit"],
    },
    {
      name: "register",
      takes: { birds: "load", centres: "fit", scale: "fit" },
      gives: [],
      params: ["margin"],
      cells: ["predict", "register", "inline"],
    },
  ],
};

await runMain(pipeline, import.meta.url);
