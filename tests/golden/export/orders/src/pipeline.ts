// The pipeline of orders.ipynb. `npm start` runs it; see README.md.
import { type Pipeline, runMain } from "tagline/pipeline";

const pipeline: Pipeline = {
  notebook: "orders.ipynb",
  // The steps run in this folder, as the notebook did, so that relative paths hold.
  folder: "files/orders",
  params: [],
  // The step "name" is the default export of steps/name.ts, and runs in a process of its own as soon as the
  // steps that it takes values from are done.
  steps: [
    {
      name: "read",
      takes: {},
      gives: ["orders"],
      params: [],
      cells: ["cell-b2"],
    },
    {
      name: "clean",
      takes: { orders: "read" },
      gives: ["complete", "dropped"],
      params: [],
      cells: ["cell-c3"],
    },
    {
      name: "group",
      takes: { complete: "clean" },
      gives: ["byCustomer"],
      params: [],
      cells: ["cell-d4"],
    },
    {
      name: "report",
      takes: { byCustomer: "group", dropped: "clean" },
      gives: [],
      params: [],
      cells: ["cell-e5"],
    },
  ],
};

await runMain(pipeline, import.meta.url);
