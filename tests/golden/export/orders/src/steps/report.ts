// Step "report" of orders.ipynb.
import * as tagline from "tagline";
import { cell } from "tagline/pipeline";
import type { CleanOutputs } from "./clean.js";
import type { GroupOutputs } from "./group.js";

export async function report(
  { byCustomer, dropped }:
    Pick<CleanOutputs, "dropped">
    & Pick<GroupOutputs, "byCustomer">,
) {
  cell("cell-e5", 3757591170);
  // notebook cell 5 [cell-e5] line 1
  tagline.metric("customers", Object.keys(byCustomer).length);
  tagline.metric("dropped", dropped);
  for (const [customer, list] of Object.entries(byCustomer)) {
    tagline.metric(`total_${customer}`, list.reduce((sum, order) => sum + order.total!, 0));
  }

  return {};
}

export type ReportOutputs = Awaited<ReturnType<typeof report>>;

export default report;
